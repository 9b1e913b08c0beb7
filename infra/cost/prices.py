"""Prices from ``prices.toml``, and from the one of `assets.analysis`: what so many units cost."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

from infra.cost.errors import CostError

PRICES = Path(__file__).with_name("prices.toml")
#: A file, not an import: the app tells this price before a bulk run, and is installed without `infra`.
ANALYSER_PRICES = Path(__file__).parents[2] / "assets" / "analysis" / "prices.toml"
_END = float("inf")


class FreeTiers(Enum):
    """Which free units count.

    ``SHARED``: those that every compared AWS architecture can use, which are CloudFront's. ``ALL``: Lambda's and
    CloudWatch's too, which Lambda@Edge has not.
    """

    NONE = "none"
    SHARED = "shared"
    ALL = "all"

    def include(self, free_for: str) -> bool:
        return self is FreeTiers.ALL or (self is FreeTiers.SHARED and free_for == "all")


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for units: ``tiers`` are pairs of a tier's end and the price of one unit in it, ascending."""

    name: str
    unit: str
    tiers: tuple[tuple[float, float], ...]
    free: float
    free_for: str
    source: str
    read: date
    verified: bool
    note: str

    def of(self, units: float, free_tiers: FreeTiers) -> float:
        """The free units come off the start, so that the tiers after them keep their ends."""
        start = self.free_units(free_tiers)
        usd = 0.0
        for end, each in self.tiers:
            usd += max(0.0, min(units, end) - start) * each
            start = max(start, end)
        return usd

    def free_units(self, free_tiers: FreeTiers) -> float:
        return self.free if free_tiers.include(self.free_for) else 0.0


@dataclass(frozen=True, slots=True)
class PlanOffer:
    """A plan's price a month and its allowance, by name."""

    name: str
    usd: float
    allowance: Mapping[str, float]

    def holds(self, **needed: float) -> bool:
        return all(self.allowance[name] >= amount for name, amount in needed.items())


@dataclass(frozen=True, slots=True)
class PriceList:
    prices: Mapping[str, Price]
    plans: Mapping[str, tuple[PlanOffer, ...]]

    def __getitem__(self, name: str) -> Price:
        return self.prices[name]

    def cheapest(self, vendor: str, **needed: float) -> PlanOffer | None:
        """None if no published plan is large enough."""
        return next((offer for offer in self.plans[vendor] if offer.holds(**needed)), None)


@cache
def load_prices(path: Path = PRICES) -> PriceList:
    """Raises `CostError` if the file cannot be used."""
    try:
        document = tomllib.loads(path.read_text()) | tomllib.loads(ANALYSER_PRICES.read_text())
        plans = document.pop("plans")
        return PriceList(
            {name: _price(name, entry) for name, entry in document.items()},
            {vendor: tuple(_offer(offer) for offer in entry["offers"]) for vendor, entry in plans.items()},
        )
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise CostError(f"The prices in {path} cannot be used: {error!r}.") from error


def _price(name: str, entry: Mapping[str, Any]) -> Price:
    if not isinstance(entry["date"], date) or not entry["source"].startswith("https://"):
        raise ValueError(f"{name} needs a source and a date")
    return Price(
        name,
        entry["unit"],
        tuple((end or _END, usd / entry["per"]) for end, usd in entry.get("tiers") or [[0, entry["usd"]]]),
        entry.get("free", 0),
        entry.get("free_for", "all"),
        entry["source"],
        entry["date"],
        entry["verified"],
        entry.get("note", ""),
    )


def _offer(offer: Mapping[str, Any]) -> PlanOffer:
    allowance = {name: amount for name, amount in offer.items() if name not in ("name", "usd")}
    return PlanOffer(offer["name"], offer["usd"], allowance)
