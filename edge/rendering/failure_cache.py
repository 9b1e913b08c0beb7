"""Originals that could not be decoded, so that repeated requests, under whatever URL, cost no second attempt."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

from edge.contract.errors import SourceRefused

T = TypeVar("T")

_MAX_ENTRIES = 4096


class FailureCache:
    """Refusals in this process, by what was attempted.

    CloudFront keeps a 415 only under the URL that it answers, and that of a HEAD request not at all.
    """

    def __init__(self) -> None:
        self._refusals: dict[Hashable, SourceRefused] = {}

    def run(self, attempt: Hashable, work: Callable[[], T]) -> T:
        """What ``work`` returns. Raises `SourceRefused`, without calling ``work`` if this ``attempt`` failed before."""
        known = self._refusals.get(attempt)
        if known is not None:
            raise SourceRefused(known.code, known.message)
        try:
            return work()
        except SourceRefused as refusal:
            if len(self._refusals) >= _MAX_ENTRIES:
                self._refusals.pop(next(iter(self._refusals)))
            self._refusals[attempt] = SourceRefused(refusal.code, refusal.message)
            raise
