"""The analysers that ``IMAGEHUB["ANALYSER"]`` can name, and what each of them must do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Any, Protocol

from assets.analysis.picture import ReducedPicture
from assets.analysis.seen import Seen

#: By the value of the setting. The modules are imported when they are needed: each has dependencies of its own.
ANALYSERS: Mapping[str, str] = MappingProxyType(
    {"faces": "assets.analysis.faces", "rekognition": "assets.analysis.rekognition"}
)


#: Gets the reply to the call of that name: from the second argument, or from an earlier attempt.
Once = Callable[[str, Callable[[], dict[str, Any]]], dict[str, Any]]


def call_always(_name: str, call: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """An `Once` without a memory."""
    return call()


class Analyser(Protocol):
    """Looks at pictures. Nothing that a picture contains makes it fail."""

    def paid_calls(self, picture: ReducedPicture) -> tuple[str, ...]:
        """The calls that cost money which `look` makes for ``picture``. They count towards the rate and the budget."""
        ...

    def look(self, picture: ReducedPicture, once: Once = call_always) -> Seen:
        """What is in ``picture``. Each call that costs money is made through ``once``, under its name.

        Raises `RetryLater` if the same call may succeed later, and `PermanentFailure`, which names what to do.
        """
        ...


@cache
def analyser(name: str) -> Analyser:
    """The analyser of that name."""
    found: Analyser = import_module(ANALYSERS[name]).create()
    return found
