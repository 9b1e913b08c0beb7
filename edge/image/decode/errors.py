"""What is wrong with a file that cannot be read, as `SourceRefused` with a message that says what to do."""

from __future__ import annotations

from edge.contract.errors import SourceRefused


def damaged(what: str) -> SourceRefused:
    """``what`` is wrong, as a clause about the file."""
    return SourceRefused.damaged(f"{what}. Export or download it again.")


def unsupported(label: str, feature: str, advice: str) -> SourceRefused:
    """A sound ``label`` file uses a ``feature`` that cannot be read; ``advice`` is how to save it instead."""
    return SourceRefused.unsupported(f"The {label} file uses {feature}, which is not supported. {advice}")
