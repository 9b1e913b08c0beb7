"""Colours as that product writes them: CSS names, hexadecimal digits, or red, green and blue."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from PIL import ImageColor

from edge.sih.numbers import finite

_HEX = re.compile(r"#?([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})")


def parse_colour(value: object) -> str:
    """``rrggbb`` or ``rrggbbaa`` in lower case; full opacity is left out. Raises `ValueError`."""
    if isinstance(value, str):
        return _of_text(value.strip().lower())
    if isinstance(value, Mapping):
        alpha = value.get("alpha", value.get("a"))
        return _of_parts([value.get(name, 0) for name in "rgb"], 1 if alpha is None else alpha)
    if isinstance(value, Sequence) and len(value) in (3, 4):
        return _of_parts(value[:3], value[3] if len(value) == 4 else 1)
    raise ValueError(value)


def _of_text(text: str) -> str:
    if text == "transparent":
        return "00000000"
    if text in ImageColor.colormap:
        return "".join(f"{part:02x}" for part in ImageColor.getrgb(text))
    match = _HEX.fullmatch(text)
    if match is None:
        raise ValueError(text)
    digits = match[1] if len(match[1]) > 4 else "".join(digit * 2 for digit in match[1])
    return digits[:6] if digits.endswith("ff") and len(digits) == 8 else digits


def _of_parts(parts: Sequence[Any], alpha: object) -> str:
    """From numbers up to 255, and an opacity up to 1."""
    numbers = [*map(finite, parts), finite(alpha) * 255]
    return _of_text("".join(f"{_byte(each):02x}" for each in numbers))


def _byte(value: float) -> int:
    return min(max(int(value + 0.5), 0), 255)
