"""One quality scale, 1 to 100, for all lossy formats: the same number looks the same in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType

#: Points of our quality and the encoder's own; straight lines between them. Our 25, 40, 50, 60, 75, 85 and 90 score
#: about 50, 59, 65, 69, 76, 82 and 85 in SSIMULACRA2 on photographs of 300 to 1200 pixels. Fitted by
#: tests/bench/quality_scale.py.
_POINTS: Mapping[str, Sequence[tuple[int, int]]] = MappingProxyType(
    {
        "jpeg": ((1, 8), (25, 30), (40, 41), (50, 52), (60, 63), (75, 75), (85, 85), (90, 86), (100, 98)),
        "webp": ((1, 2), (25, 29), (40, 44), (50, 58), (60, 70), (75, 81), (85, 88), (90, 92), (100, 100)),
        "avif": ((1, 12), (25, 40), (40, 47), (50, 52), (60, 56), (75, 64), (85, 76), (90, 84), (100, 97)),
    }
)


def to_encoder(quality: int, format_name: str) -> int:
    """Our ``quality`` on the scale of the encoder of ``format_name``."""
    for (low, start), (high, end) in pairwise(_POINTS[format_name]):
        if quality <= high:
            return round(start + (end - start) * (quality - low) / (high - low))
    return _POINTS[format_name][-1][1]


def from_encoder(value: float, format_name: str) -> int:
    """The lowest of our qualities, 1 to 100, that gives the encoder of ``format_name`` ``value`` or more."""
    return next((quality for quality in range(1, 100) if to_encoder(quality, format_name) >= round(value)), 100)
