"""A bill: lines by service, each with the reason for its amount."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BillLine:
    """``why`` says how the amount comes about, in words and figures."""

    service: str
    what: str
    usd: float
    why: str


@dataclass(frozen=True, slots=True)
class Bill:
    """A month's lines. Storage is kept apart: it grows with the library, not with the month. So is what is optional.

    ``quote`` replaces the sum where nobody publishes a price for that much.
    """

    name: str
    lines: tuple[BillLine, ...]
    storage: tuple[BillLine, ...] = ()
    optional: tuple[BillLine, ...] = ()
    notes: tuple[str, ...] = ()
    quote: str = ""

    @property
    def usd(self) -> float | None:
        """Without storage; None if there is no published price."""
        return None if self.quote else total(self.lines)

    @property
    def storage_usd(self) -> float:
        return total(self.storage)

    def of(self, *services: str) -> float:
        """What these services cost together."""
        return total(line for line in self.lines if line.service in services)


def total(lines: Iterable[BillLine]) -> float:
    return sum(line.usd for line in lines)
