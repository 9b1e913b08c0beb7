"""Numbers as people write them on a command line: 10M, 200k, 60kB, 95%."""

from __future__ import annotations

import re

from infra.cost.errors import CostError

_NUMBER = re.compile(r"(-?(?:\d[\d,_]*(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?)\s*([a-zA-Z%]*)")
_FACTORS = {"": 1, "k": 1e3, "m": 1e6, "g": 1e9, "b": 1, "kb": 1e3, "mb": 1e6, "gb": 1e9}


def parse_number(text: str) -> float:
    """A number with an optional k, M, G, B, kB, MB or GB, which count in thousands. Raises `CostError`."""
    match = _NUMBER.fullmatch(text.strip())
    factor = _FACTORS.get(match[2].lower()) if match else None
    if match is None or factor is None:
        raise CostError(f'"{text}" is not a number. Write for example 200000, 200k, 10M or 60kB.')
    return float(match[1].replace(",", "").replace("_", "")) * factor


def parse_share(text: str) -> float:
    """A share: 0.95 or 95%. Raises `CostError`."""
    match = _NUMBER.fullmatch(text.strip())
    if match is None or match[2] not in ("", "%"):
        raise CostError(f'"{text}" is not a share. Write for example 0.95 or 95%.')
    return float(match[1].replace(",", "")) / (100 if match[2] else 1)
