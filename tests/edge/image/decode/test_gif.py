"""GIF: what each frame looks like, compared with what browsers show."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.edge.image.decode.animations import (
    ALL,
    CENTRE,
    CLEARED,
    FULL,
    KEPT,
    LAST,
    RESTORED,
    by_gif,
    drawn,
    frames,
    played,
)
from tests.edge.image.parts import Frame, indexed
from tests.edge.image.pictures import (
    BLUE,
    GREEN,
    RED,
    WHITE,
    corners,
    decoded,
    near,
    opened,
    pixel,
    saved,
    variant,
)
from tests.edge.image.quartered import PICTURE, UPRIGHT, four


def test_it_is_read() -> None:
    assert corners(decoded(saved(PICTURE.quantize(4), "gif"))) == UPRIGHT
    clear = saved(PICTURE.quantize(4), "gif", transparency=0)
    assert sorted(at[3] for at in four(clear)) == [0, 255, 255, 255]


@pytest.mark.parametrize("format_class", ["webp", "gif"])
@pytest.mark.parametrize(
    ("then", "wanted"), [(0, KEPT), (1, KEPT), (2, CLEARED), (3, RESTORED), (4, RESTORED), (5, KEPT)]
)
def test_a_frame_is_disposed_of_as_browsers_do(then: int, wanted: list[str], format_class: str) -> None:
    assert played(by_gif(FULL, replace(CENTRE, then=then), LAST), format_class) == wanted


def test_disposal_applies_to_its_own_frame_only() -> None:
    parts = [replace(FULL, then=2), Frame(indexed("1"), at=(0, 0)), Frame(indexed("2"), at=(4, 2))]
    assert played(by_gif(*parts))[1:] == ["G.... ..... .....", "G.... ..... ....B"]


def test_around_a_small_first_frame_there_is_nothing() -> None:
    body = by_gif(CENTRE, LAST)
    assert played(body) == ["..... ..G.. .....", "..... ..G.. ....B"]
    assert drawn(decoded(body, "png")) == "..... ..G.. ....."
    assert drawn(decoded(by_gif(CENTRE), "png")) == "..... ..G.. ....."


def test_the_previous_frame_shows_through_transparent_pixels() -> None:
    part = Frame(indexed("11 33"), at=(1, 1), clear=3)
    assert played(by_gif(FULL, part)) == [*ALL, "RRRRR RGGRR RRRRR"]
    assert played(by_gif(replace(part, at=(0, 0)), FULL))[0] == "GG... ..... ....."


def test_a_frame_may_have_a_palette_and_be_interlaced() -> None:
    lines = "\n".join(f"{y % 4}" * 5 for y in range(13))
    part = Frame(indexed(lines), palette=(WHITE, BLUE, GREEN, RED), interlaced=True)
    wanted = " ".join("WBGR"[y % 4] * 5 for y in range(13))
    assert played(by_gif(part, Frame(indexed("0")), screen=(5, 13))) == [wanted, "R" + wanted[1:]]


def test_a_later_frame_is_cut_off_at_the_edge_of_the_screen() -> None:
    assert played(by_gif(FULL, Frame(indexed("111 111 111"), at=(4, 1)))) == [*ALL, "RRRRR RRRRG RRRRG"]


def test_the_first_frame_makes_the_screen_as_large_as_itself() -> None:
    assert played(by_gif(FULL, CENTRE, screen=(2, 1))) == KEPT[:2]


def test_a_frame_outside_the_screen_changes_nothing_for_its_time() -> None:
    body = by_gif(FULL, Frame(indexed("1"), at=(9, 9), ms=300))
    image = decoded(body, "webp")
    assert (frames(image)[0], image.info["duration"]) == (ALL[0], 400)


def test_a_still_variant_shows_the_first_frame() -> None:
    for format_class in ("png", "jpeg"):
        result = opened(variant(by_gif(replace(FULL, then=2), LAST), format_class))
        assert near(pixel(result, 0.9, 0.9), RED, 12)
