"""Which class of formats a browser gets, from its ``Accept`` header (RFC 9110, section 12.5.1)."""

from __future__ import annotations

import re
from functools import lru_cache

FORMATS = ("auto", "avif", "webp", "jpeg", "png", "gif")
_QVALUE = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")
#: Browsers send under 200 characters.
_MAX_HEADER = 1024


@lru_cache(maxsize=256)  # browsers send a few dozen different headers
def negotiate(accept: str, requested: str = "auto") -> str:
    """The class for a request: ``requested`` unless it is ``auto``, else the best of ``avif``, ``webp``, ``basic``.

    AVIF and WebP must be named, because old clients send ``*/*`` too. AVIF is chosen only for clients that accept WebP
    as well, because an animation may be WebP.
    """
    if requested != "auto":
        return requested
    weights = _weights(accept)
    webp = weights.get("image/webp", 0.0)
    avif = weights.get("image/avif", 0.0) if webp else 0.0
    basic = max(weights.get("image/jpeg", 0.0), weights.get("image/png", 0.0))
    best = max(avif, webp, basic)
    return next((name for name, weight in (("avif", avif), ("webp", webp)) if weight and weight == best), "basic")


def _weights(accept: str) -> dict[str, float]:
    weights: dict[str, float] = {}
    for entry in accept[:_MAX_HEADER].lower().split(","):
        if "image/" not in entry:
            continue
        name, *parameters = (part.strip() for part in entry.split(";"))
        weight = _weight(parameters)
        if weight is not None:
            weights[name] = max(weight, weights.get(name, 0.0))
    return weights


def _weight(parameters: list[str]) -> float | None:
    """The q-value, by default 1; `None` if it is invalid, so that the entry is ignored."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            return float(value) if _QVALUE.fullmatch(value.strip()) else None
    return 1.0
