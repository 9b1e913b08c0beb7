"""Numbers from JSON and paths."""

from __future__ import annotations

import pytest

from edge.sih.numbers import finite, whole, within


@pytest.mark.parametrize(("value", "number"), [(1, 1), (2.5, 2.5), ("3", 3), (" -4.5 ", -4.5), ("1e2", 100)])
def test_a_number_or_its_spelling_is_read(value: object, number: float) -> None:
    assert finite(value) == number


@pytest.mark.parametrize(
    "value", [True, None, "", "x", "nan", "inf", float("nan"), float("inf"), [1], "1" * 33, 10**400]
)
def test_all_else_is_no_number(value: object) -> None:
    try:
        found = finite(value)
    except ValueError:
        return
    pytest.fail(f"{value!r} was read as {found}")


def test_limits_are_included_and_whole_numbers_are_rounded() -> None:
    assert within("0.3", 0.3, 1000) == 0.3
    assert [whole(value, 0, 3) for value in (0.5, 1.49, 2.5, 3.4, -0.4)] == [1, 1, 3, 3, 0]
    for value in (3.5, -0.6):
        with pytest.raises(ValueError, match=str(value)):
            whole(value, 0, 3)
    with pytest.raises(ValueError, match=r"0\.2"):
        within(0.2, 0.3, 1000)
