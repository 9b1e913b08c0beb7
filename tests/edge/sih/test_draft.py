"""A translation under way."""

from __future__ import annotations

from typing import Any

import pytest

from edge.contract.errors import BadRequest
from edge.contract.operations import KINDS
from edge.sih.draft import Draft


def test_an_image_is_resized_once_a_side_or_a_ratio_is_known() -> None:
    draft = Draft(upright=False, strict=False, by_path=False)
    assert not draft.is_resized
    draft.options["fit"] = "inside"
    assert not draft.is_resized
    draft.ratio = 0.5
    assert draft.is_resized
    assert Draft(upright=False, strict=False, by_path=False, options={"height": 4}).is_resized


def drafted(*names: str) -> list[str]:
    draft = Draft(upright=False, strict=False, by_path=False)
    for name in names:
        draft.add(name, **({"colour": "704214"} if name == "tint" else {}))
    return [operation.name for operation in draft.ordered_operations()]


def test_operations_are_in_sharps_order_and_a_round_crop_begins_another() -> None:
    assert drafted("tint", "blur", "negate") == ["negate", "blur", "tint"]
    assert drafted("tint", "round_crop", "blur", "negate") == ["tint", "round_crop", "negate", "blur"]


def test_of_two_operations_with_one_name_the_later_counts() -> None:
    draft = Draft(upright=False, strict=False, by_path=False)
    draft.add("blur", sigma=2)
    draft.add("negate")
    draft.add("blur", sigma=3)
    assert [str(each) for each in draft.ordered_operations()] == ["negate(alpha=1)", "blur(sigma=3)"]


def test_an_operation_is_checked_when_it_is_added() -> None:
    with pytest.raises(BadRequest):
        Draft(upright=False, strict=False, by_path=False).add("blur", sigma=0)


def test_every_kind_but_those_of_presets_has_a_place() -> None:
    needed: dict[str, dict[str, Any]] = {
        "rotate": {"degrees": 5},
        "tint": {"colour": "704214"},
        "convolve": {"kernel": [1] * 9},
    }
    needed |= {"extract": dict.fromkeys(("left", "top", "width", "height"), 1)}
    needed |= {"overlay": {"key": "a.png", "version": "00000001"}}
    draft = Draft(upright=False, strict=False, by_path=False)
    for name in sorted(KINDS.keys() - {"watermark"}):
        draft.add(name, **needed.get(name, {}))
    assert len(draft.ordered_operations()) == len(KINDS) - 1
