"""Parsers for the arguments of operations. Each returns the canonical value, or raises `ValueError` or `TypeError`."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import isfinite

from edge.contract import values

Argument = bool | int | float | str | tuple[int | float, ...] | None
Parser = Callable[[object], Argument]

#: The default of a parameter that has to be given.
REQUIRED = object()
_OFFSET = re.compile(r"-?[0-9]{1,5}p?")
_MAX_TEXT = 512


def flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def number(low: float, high: float) -> Callable[[object], int | float]:
    """A finite number from ``low`` to ``high``; a whole one becomes an integer."""

    def parse(value: object) -> int | float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise TypeError(value)
        if not (isfinite(value) and low <= value <= high):
            raise ValueError(value)
        return int(value) if value == int(value) else value

    return parse


def integer(low: int, high: int) -> Callable[[object], int]:
    parse_number = number(low, high)

    def parse(value: object) -> int:
        found = parse_number(value)
        if not isinstance(found, int):
            raise TypeError(value)
        return found

    return parse


def numbers(*lengths: int) -> Callable[[object], tuple[int | float, ...]]:
    """So many numbers up to a million, above and below zero."""
    parse_number = number(-1_000_000, 1_000_000)

    def parse(value: object) -> tuple[int | float, ...]:
        if not isinstance(value, list | tuple):
            raise TypeError(value)
        if len(value) not in lengths:
            raise ValueError(value)
        return tuple(parse_number(each) for each in value)

    return parse


def one_of(*allowed: int | str) -> Callable[[object], int | str]:
    def parse(value: object) -> int | str:
        for each in allowed:
            if each == value and type(each) is type(value):
                return each
        raise ValueError(value)

    return parse


def optional(parse: Parser) -> Parser:
    """None, or what ``parse`` returns."""
    return lambda value: None if value is None else parse(value)


def colour(value: object) -> str:
    """``rrggbb``."""
    found = colour_with_alpha(value)
    if len(found) != 6:
        raise ValueError(value)
    return found


def colour_with_alpha(value: object) -> str:
    """``rrggbb`` or ``rrggbbaa``."""
    return values.colour(text(value))


def offset(value: object) -> str:
    """Pixels, such as ``12``, or percent of the image, such as ``5p``. Below zero from the right or bottom."""
    found = text(value)
    if not _OFFSET.fullmatch(found):
        raise ValueError(value)
    return f"{int(found.removesuffix('p'))}{'p' if found.endswith('p') else ''}"


def text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    if not 0 < len(value) <= _MAX_TEXT:
        raise ValueError(value)
    return value
