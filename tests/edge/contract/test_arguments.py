"""Parsers for the arguments of operations: canonical values, or an error."""

from __future__ import annotations

import pytest

from edge.contract import arguments as take
from edge.contract.arguments import Argument, Parser


@pytest.mark.parametrize(
    ("parse", "value", "expected"),
    [
        (take.flag, True, True),
        (take.number(0, 9), 2.50, 2.5),
        (take.number(0, 9), 2.0, 2),
        (take.integer(-5, 5), -5, -5),
        (take.integer(0, 5), 3.0, 3),
        (take.numbers(1, 3), [1, 2.5, 3.0], (1, 2.5, 3)),
        (take.one_of(3, 5), 5, 5),
        (take.one_of("a", "b"), "b", "b"),
        (take.optional(take.flag), None, None),
        (take.optional(take.flag), False, False),
        (take.colour, "FF8000", "ff8000"),
        (take.colour, "ff8000ff", "ff8000"),
        (take.colour_with_alpha, "FF800080", "ff800080"),
        (take.offset, "-010", "-10"),
        (take.offset, "007p", "7p"),
        (take.offset, "-0", "0"),
        (take.text, "a/b.png", "a/b.png"),
    ],
)
def test_values_become_canonical(parse: Parser, value: object, expected: Argument) -> None:
    found = parse(value)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("parse", "values"),
    [
        (take.flag, [1, 0, "1", None]),
        (take.number(0, 9), [True, "2", None, -1, 9.01, float("nan"), float("inf"), [1]]),
        (take.integer(0, 9), [1.5, True, "1", 10, 1e400]),
        (take.numbers(1, 3), [[], [1, 2], [1, 2, "3"], "123", 1, [float("nan")], [10**7], [[1]]]),
        (take.one_of(1, 2), [3, "1", True, 1.0, None]),
        (take.optional(take.flag), ["", 0]),
        (take.colour, ["ff80", "ff800080", "#ff8000", 7, None, "red"]),
        (take.colour_with_alpha, ["ff8000801", ["ff8000"]]),
        (take.offset, ["", "p", "1.5", "5%", "123456", 5, "--5", "5 "]),
        (take.text, ["", 5, None, "x" * 513]),
    ],
)
def test_all_else_is_an_error(parse: Parser, values: list[object]) -> None:
    for value in values:
        with pytest.raises((TypeError, ValueError)):
            parse(value)
