"""What looking costs, from ``prices.toml`` beside this file, which `infra.cost` reads too."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

PRICES = Path(__file__).with_name("prices.toml")
_END = float("inf")


@dataclass(frozen=True, slots=True)
class CallPrice:
    """``tiers`` are pairs of a tier's end, in calls a month, and the US dollars of one call in it, ascending."""

    tiers: tuple[tuple[float, float], ...]
    source: str
    read: date

    def of(self, calls: int, earlier: int = 0) -> float:
        """US dollars of ``calls`` in a month in which there have been ``earlier`` ones."""
        return self._of_first(earlier + calls) - self._of_first(earlier)

    def _of_first(self, calls: int) -> float:
        starts = (0, *(end for end, _ in self.tiers))
        tiers = zip(starts, self.tiers, strict=False)
        return sum(max(0, min(calls, end) - start) * each for start, (end, each) in tiers)


@cache
def rekognition_price() -> CallPrice:
    entry = tomllib.loads(PRICES.read_text())["rekognition"]
    return CallPrice(tuple((end or _END, each) for end, each in entry["tiers"]), entry["source"], entry["date"])
