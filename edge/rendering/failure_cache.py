"""What could not be decoded, so that whoever asks again, under whatever URL, costs no second try."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

from edge.contract.errors import SourceRefused

T = TypeVar("T")

_MOST = 4096


class FailureCache:
    """The refusals of this process by what was tried: the same bytes and recipe are refused again.

    CloudFront keeps a 415 only under the URL that it answered, and a HEAD's not at all.
    """

    def __init__(self) -> None:
        self._known: dict[Hashable, SourceRefused] = {}

    def attempt(self, what: Hashable, work: Callable[[], T]) -> T:
        """What ``work`` gives. Raises `SourceRefused`, without trying where that is known."""
        known = self._known.get(what)
        if known is not None:
            raise SourceRefused(known.code, known.message)
        try:
            return work()
        except SourceRefused as refusal:
            if len(self._known) >= _MOST:
                self._known.pop(next(iter(self._known)))
            self._known[what] = SourceRefused(refusal.code, refusal.message)
            raise
