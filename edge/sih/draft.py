"""A translation under way: what the edits read so far have said."""

from __future__ import annotations

from dataclasses import dataclass, field

from edge.contract.edits import Area


@dataclass(slots=True)
class Draft:
    """``options`` are a recipe's; the rest is what `edge.sih.translation.Translation` has."""

    upright: bool
    strict: bool
    by_path: bool
    options: dict[str, object] = field(default_factory=dict)
    steps: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    area: Area | None = None
    ratio: float | None = None
    moving: bool = True
    flatten: str | None = None
    format: str | None = None
    preferred: str | None = None
    qualities: dict[str, float] = field(default_factory=dict)
    quality: float | None = None

    @property
    def is_resized(self) -> bool:
        """Whether the size has been given."""
        return self.ratio is not None or bool(self.options.get("width") or self.options.get("height"))

    def add(self, name: str, **arguments: object) -> None:
        """Add a step that follows the recipe."""
        self.steps.append((name, arguments))
