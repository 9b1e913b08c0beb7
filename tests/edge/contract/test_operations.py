"""Operations as values: checked arguments, one spelling."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.contract.arguments import REQUIRED
from edge.contract.errors import BadRequest
from edge.contract.operations import (
    KINDS,
    MAX_OPERATIONS,
    Operation,
    check_operations,
    cost,
    make_operation,
)

NEEDED: dict[str, dict[str, Any]] = {
    "tint": {"colour": "704214"},
    "convolve": {"kernel": [1] * 9},
    "rotate": {"degrees": 30},
    "extract": {"left": 0, "top": 0, "width": 5, "height": 5},
    "overlay": {"key": "logo.png", "version": "0a1b2c3d"},
    "watermark": {"key": "logo.png", "version": "0a1b2c3d"},
}


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_has_defaults_that_it_accepts(name: str) -> None:
    made = make_operation(name, **NEEDED.get(name, {}))
    assert [each for each, _ in made.arguments] == list(KINDS[name].parameters)
    assert make_operation(name, **dict(made.arguments)) == made


@pytest.mark.parametrize("name", KINDS)
def test_what_has_no_default_is_needed(name: str) -> None:
    for parameter, (_, default) in KINDS[name].parameters.items():
        if default is REQUIRED:
            given = {each: value for each, value in NEEDED[name].items() if each != parameter}
            with pytest.raises(BadRequest, match=f"{name} needs the argument {parameter}"):
                make_operation(name, **given)


def test_the_order_and_the_spelling_of_arguments_do_not_matter() -> None:
    one = make_operation("modulate", hue=90.0, brightness=1.50)
    other = make_operation("modulate", brightness=1.5, saturation=1, hue=90)
    assert one == other
    assert str(one) == str(other) == "modulate(brightness=1.5,saturation=1,hue=90,lightness=0)"
    assert str(make_operation("linear", factors=[1, 0.5, 2], offsets=(0, 1, 2))) == (
        "linear(factors=1;0.5;2,offsets=0;1;2)"
    )
    assert str(make_operation("negate", alpha=False)) == "negate(alpha=0)"


@given(st.text(min_size=1, max_size=30), st.text(min_size=1, max_size=30), st.sampled_from([None, "5", "-5p"]))
def test_different_operations_are_spelled_differently(key: str, version: str, left: str | None) -> None:
    spelled = str(make_operation("overlay", key=key, version=version, left=left))
    for other in ({"key": version}, {"version": key}, {"left": "6"}):
        changed = make_operation("overlay", **{"key": key, "version": version, "left": left, **other})
        assert (str(changed) == spelled) == (changed == make_operation("overlay", key=key, version=version, left=left))


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("explode", {}, "There is no operation explode"),
        ("median", {"size": 4}, "median: size=4 is not valid"),
        ("negate", {"colour": "ffffff"}, "negate has no argument colour. It has alpha"),
        ("tint", {"colour": "x" * 1000}, "tint: colour=x{40}… is not valid"),
        ("blur", {"sigma": 0.2}, "blur: sigma=0.2"),
        ("grayscale", {"of": 1}, "It has none"),
    ],
)
def test_a_mistake_is_named(name: str, given: dict[str, Any], message: str) -> None:
    with pytest.raises(BadRequest, match=message) as raised:
        make_operation(name, **given)
    assert raised.value.code == "operation_invalid"


def test_an_overlay_names_its_asset() -> None:
    assert make_operation("watermark", **NEEDED["watermark"]).overlay == ("logo.png", "0a1b2c3d")
    assert make_operation("negate").overlay is None


def test_the_number_of_operations_is_bounded() -> None:
    negate = Operation("negate", (("alpha", True),))
    check_operations([negate] * MAX_OPERATIONS)
    with pytest.raises(BadRequest, match="There are 11 operations"):
        check_operations([negate] * 11)


def test_costs_add_up() -> None:
    assert cost([make_operation("median"), make_operation("negate")]) == pytest.approx(0.51)
