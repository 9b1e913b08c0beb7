"""From an opened file and a plan to the resized image in sRGB."""

from __future__ import annotations

import pytest

from edge.contract.recipe import Recipe
from edge.image.decode.opening import open_source
from edge.image.plan import plan_of
from edge.image.resizing import decoded_size, resized
from tests.edge.image.icc_profiles import PRO_PHOTO, gamma, matrix
from tests.edge.image.pictures import POLICY, decoded, photograph, saved


@pytest.mark.parametrize("profile", [None, matrix(PRO_PHOTO, gamma(1.8))], ids=["sRGB", "ProPhoto"])
def test_a_decoder_reduces_only_values_whose_average_is_right(profile: bytes | None) -> None:
    body = saved(photograph(), "jpeg", icc_profile=profile)
    with open_source(body, POLICY) as file:
        plan = plan_of(file, Recipe(96), None, POLICY, animated=False)
        size = decoded_size(file, plan)
        assert size == ((384, 384) if profile else (96, 96))
        pixels, shrink = file.load(plan.box(), size)
        result = resized(file, plan, pixels, shrink)
    assert (result.mode, result.size) == ("RGB", (96, 96))
    assert result.tobytes() == decoded(body, width=96).tobytes()
