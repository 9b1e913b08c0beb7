"""The frames of an animation, one after the other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edge.contract.errors import SourceRefused
from edge.image import verify
from tests.edge.image.decode.animations import (
    CENTRE,
    FULL,
    GROUND,
    LAST,
    PALETTE,
    by_gif,
    coloured,
)
from tests.edge.image.parts import Frame, apng, gif, webp
from tests.edge.image.pictures import (
    POLICY,
    decoded,
    variant,
)


@pytest.mark.parametrize(("ms", "wanted"), [(0, 100), (10, 100), (20, 20), (70, 70)])
def test_a_frame_that_is_too_short_for_browsers_is_shown_for_as_long_as_they_show_it(ms: int, wanted: int) -> None:
    image = decoded(by_gif(replace(FULL, ms=ms), LAST), "webp")
    image.load()
    assert image.info["duration"] == wanted


ANIMATIONS = {
    "gif": gif((5, 3), [FULL, *[CENTRE, LAST] * 3], PALETTE),
    "png": apng((5, 3), [Frame(GROUND), *[Frame(coloured("G", "RGBA"), (n, 0)) for n in range(5)]]),
    "webp": webp((5, 3), [Frame(GROUND), *[Frame(coloured("G", "RGBA"), (0, n)) for n in (0, 2)]]),
}


@pytest.mark.parametrize("kind", ANIMATIONS)
def test_an_animation_that_is_cut_off_anywhere_is_an_image_or_damaged(kind: str) -> None:
    body, refused = ANIMATIONS[kind], 0
    for length in range(30, len(body) - 1, 5):
        for read in (lambda part: verify(part, POLICY), lambda part: variant(part, "webp")):
            try:
                read(body[:length])
            except SourceRefused as error:
                assert error.code == "source_damaged"
                refused += 1
    assert refused > 10
