"""Turns units into lines of a bill."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from infra.cost.bill import BillLine
from infra.cost.prices import FreeTiers, PriceList


@dataclass(frozen=True)
class Meter:
    """Counts the units of one bill, so that free units and cheaper tiers are used up once."""

    prices: PriceList
    free_tiers: FreeTiers
    _used: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def line(self, price: str, units: float, service: str, what: str, why: str) -> BillLine:
        """What ``units`` cost after those that the meter has counted. ``why`` says where they come from."""
        entry = self.prices[price]
        before = self._used[price]
        self._used[price] += units
        usd = entry.of(before + units, self.free_tiers) - entry.of(before, self.free_tiers)
        free = entry.free_units(self.free_tiers)
        return BillLine(service, what, usd, f"{amount(units)} {why}" + (f"; {amount(free)} are free" if free else ""))


def amount(units: float) -> str:
    """As people write it: no decimals where there are many units."""
    return f"{units:,.0f}" if units >= 100 or units == int(units) else f"{units:,.2f}"
