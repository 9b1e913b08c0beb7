"""WebP: each kind that is supported, read to its pixels."""

from __future__ import annotations

from typing import Any

import pytest

from edge.contract.errors import SourceRefused
from tests.edge.image.decode.animations import (
    GROUND,
    coloured,
    played,
)
from tests.edge.image.decode.support import parsed
from tests.edge.image.parts import Frame, webp
from tests.edge.image.pictures import (
    animation,
    corners,
    decoded,
    noise,
    saved,
    variant,
)
from tests.edge.image.quartered import PICTURE, UPRIGHT, four


@pytest.mark.parametrize("name", ["lossy", "lossless", "animated"])
@pytest.mark.parametrize("alpha", [255, 51])
def test_each_kind_is_read(name: str, alpha: int) -> None:
    image = PICTURE.convert("RGBA")
    image.putalpha(alpha)
    options: dict[str, dict[str, Any]] = {
        "lossy": {"quality": 95},
        "lossless": {"lossless": True},
        "animated": {"quality": 95, "save_all": True},
    }
    body = saved(image, "webp", **options[name])
    assert corners(decoded(body)) == UPRIGHT
    assert {at[3] for at in four(body)} == {alpha}


@pytest.mark.parametrize("alpha", [True, False])
def test_where_no_frame_was_drawn_there_is_nothing(alpha: bool) -> None:
    parts = [Frame(coloured("GG GG"), (2, 0), then=1), Frame(coloured("B"), (4, 2), over=1)]
    assert played(webp((5, 3), parts, alpha=alpha, ground=0xFFFFFFFF)) == ["..GG. ..GG. .....", "..... ..... ....B"]


def test_a_frame_is_blended_or_replaces_its_region() -> None:
    part = coloured("G.", "RGBA")
    for over, wanted in ((1, "RRGRR"), (0, "RRG.R")):
        body = webp((5, 3), [Frame(GROUND), Frame(part, (2, 0), over=over)], plays=3)
        assert played(body)[1].split()[0] == wanted
        assert decoded(body, "webp").info["loop"] == 3


def test_a_frame_outside_the_canvas_is_refused() -> None:
    with pytest.raises(SourceRefused) as caught:
        variant(webp((5, 3), [Frame(GROUND), Frame(coloured("GG"), (4, 0))]), "webp")
    assert caught.value.code == "source_damaged"


@pytest.mark.parametrize(
    ("options", "lossy"), [({}, True), ({"quality": 40, "exif": b"Exif\0\0"}, True), ({"lossless": True}, False)]
)
def test_a_lossy_still_image_has_a_saved_quality(options: dict[str, Any], lossy: bool) -> None:
    found = parsed(saved(noise((40, 30)), "webp", **options)).saved_quality
    assert (found is not None) is lossy
    assert found is None or found.format_name == "webp"


def test_an_animation_has_no_saved_quality() -> None:
    frames = [noise((40, 30), seed=seed) for seed in range(2)]
    assert parsed(animation("webp", frames)).saved_quality is None
