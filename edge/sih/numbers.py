"""Numbers as JSON and paths have them. Booleans are none, nor are NaN and infinity."""

from __future__ import annotations

import math


def finite(value: object) -> float:
    """The number that ``value`` is or spells. Raises `ValueError`."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(value)
    if isinstance(value, str) and len(value) > 32:
        raise ValueError(value)
    try:
        number = float(value)
    except OverflowError:
        raise ValueError(value) from None
    if not math.isfinite(number):
        raise ValueError(value)
    return number


def within(value: object, low: float, high: float) -> float:
    """`finite`, from ``low`` to ``high``. Raises `ValueError`."""
    number = finite(value)
    if not low <= number <= high:
        raise ValueError(value)
    return number


def whole(value: object, low: int, high: int) -> int:
    """A number from ``low`` to ``high``, rounded as JavaScript rounds. Raises `ValueError`."""
    number = math.floor(within(value, low - 0.5, high + 0.5) + 0.5)
    if not low <= number <= high:
        raise ValueError(value)
    return number
