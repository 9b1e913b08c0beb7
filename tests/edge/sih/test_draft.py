"""A translation under way."""

from __future__ import annotations

from edge.sih.draft import Draft


def test_an_image_is_resized_once_a_side_or_a_ratio_is_known() -> None:
    draft = Draft(upright=False, strict=False, by_path=False)
    assert not draft.is_resized
    draft.options["fit"] = "inside"
    assert not draft.is_resized
    draft.ratio = 0.5
    assert draft.is_resized
    assert Draft(upright=False, strict=False, by_path=False, options={"height": 4}).is_resized
