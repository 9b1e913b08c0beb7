"""Encoders at equal score: interpolates bytes and time of one encoder at the score that another reached."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log


@dataclass(frozen=True, slots=True)
class Point:
    """One encoding: its score, bytes and ms."""

    score: float
    bytes: float
    ms: float


def at_score(curve: Iterable[Point], score: float) -> Point | None:
    """The point of ``curve`` at ``score``, interpolated logarithmically. Returns `None` outside the curve.

    If noise makes the curve turn back, the first segment that reaches the score counts.
    """
    for low, high in pairwise(sorted(curve, key=lambda point: point.bytes)):
        if low.score <= score <= high.score:
            share = (score - low.score) / (high.score - low.score) if high.score > low.score else 0.0
            return Point(score, _between(low.bytes, high.bytes, share), _between(low.ms, high.ms, share))
    return None


def _between(low: float, high: float, share: float) -> float:
    return exp(log(low) * (1 - share) + log(high) * share)


def geometric_mean(ratios: Sequence[float]) -> float:
    """The mean of ratios; of 2 and ½ it is 1."""
    return exp(sum(map(log, ratios)) / len(ratios))
