"""The analysers that ``IMAGEHUB["ANALYSER"]`` can name, and what each of them must do."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Protocol

from assets.analysis.picture import ReducedPicture
from assets.analysis.seen import Seen

#: By the value of the setting. The modules are imported when they are needed: each has dependencies of its own.
ANALYSERS: Mapping[str, str] = MappingProxyType(
    {"faces": "assets.analysis.faces", "rekognition": "assets.analysis.rekognition"}
)


class Analyser(Protocol):
    """Looks at pictures. Nothing that a picture contains makes it fail."""

    def paid_calls(self, picture: ReducedPicture) -> int:
        """How many calls that cost money `look` makes for ``picture``. They count towards the rate and the budget."""
        ...

    def look(self, picture: ReducedPicture) -> Seen:
        """What is in ``picture``.

        Raises `RetryLater` if the same call may succeed later, and `PermanentFailure`, which names what to do.
        """
        ...


@cache
def analyser(name: str) -> Analyser:
    """The analyser of that name."""
    found: Analyser = import_module(ANALYSERS[name]).create()
    return found
