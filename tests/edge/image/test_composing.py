"""What each frame of an animation looks like, read from files made by hand and compared with what browsers show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PIL import Image

from edge.contract.errors import SourceRefused
from edge.image import verify
from tests.edge.image.parts import Frame, apng, gif, indexed, webp
from tests.edge.image.pictures import (
    BLUE,
    GREEN,
    POLICY,
    RED,
    WHITE,
    decoded,
    inspect,
    near,
    opened,
    pixel,
    saved,
    variant,
)

PALETTE = (RED, GREEN, BLUE, WHITE)
NAMES = dict(zip("RGBW", PALETTE, strict=True))
FULL = Frame(indexed("00000 00000 00000"))
CENTRE = Frame(indexed("1"), at=(2, 1))
LAST = Frame(indexed("2"), at=(4, 2))


def drawn(image: Image.Image) -> str:
    """Each pixel as the letter of its colour, a dot where there is none."""
    data = image.convert("RGBA").tobytes()
    letters = "".join(_letter(tuple(data[i : i + 4])) for i in range(0, len(data), 4))
    return " ".join(letters[i : i + image.width] for i in range(0, len(letters), image.width))


def _letter(colour: tuple[int, ...]) -> str:
    if colour[3] == 0:
        return "."
    return next((name for name, wanted in NAMES.items() if near(colour, (*wanted, 255), 3)), "?")


def frames(image: Image.Image) -> list[str]:
    found = []
    for index in range(getattr(image, "n_frames", 1)):
        image.seek(index)
        found.append(drawn(image))
    return found


def played(body: bytes, format_class: str = "webp") -> list[str]:
    """The frames of what is made of it, as drawn. The best quality keeps so few pixels as they are."""
    return frames(decoded(body, format_class, quality=100))


def by_gif(*parts: Frame, screen: tuple[int, int] = (5, 3)) -> bytes:
    return gif(screen, list(parts), PALETTE)


def coloured(rows: str, mode: str = "RGB") -> Image.Image:
    """Rows of letters and dots."""
    lines = rows.split()
    image = Image.new("RGBA", (len(lines[0]), len(lines)))
    image.putdata([(*NAMES[letter], 255) if letter in NAMES else (0, 0, 0, 0) for line in lines for letter in line])
    return image.convert(mode)


ALL = ["RRRRR RRRRR RRRRR"]
KEPT = [*ALL, "RRRRR RRGRR RRRRR", "RRRRR RRGRR RRRRB"]
CLEARED = [*ALL, "RRRRR RRGRR RRRRR", "RRRRR RR.RR RRRRB"]
RESTORED = [*ALL, "RRRRR RRGRR RRRRR", "RRRRR RRRRR RRRRB"]


@pytest.mark.parametrize("format_class", ["webp", "gif"])
@pytest.mark.parametrize(
    ("then", "wanted"), [(0, KEPT), (1, KEPT), (2, CLEARED), (3, RESTORED), (4, RESTORED), (5, KEPT)]
)
def test_a_gifs_frame_is_disposed_of_as_browsers_do(then: int, wanted: list[str], format_class: str) -> None:
    assert played(by_gif(FULL, replace(CENTRE, then=then), LAST), format_class) == wanted


def test_what_a_gif_says_of_one_frame_is_not_true_of_the_next() -> None:
    parts = [replace(FULL, then=2), Frame(indexed("1"), at=(0, 0)), Frame(indexed("2"), at=(4, 2))]
    assert played(by_gif(*parts))[1:] == ["G.... ..... .....", "G.... ..... ....B"]


def test_a_gif_whose_first_frame_is_a_part_shows_nothing_round_it() -> None:
    body = by_gif(CENTRE, LAST)
    assert played(body) == ["..... ..G.. .....", "..... ..G.. ....B"]
    assert drawn(decoded(body, "png")) == "..... ..G.. ....."
    assert drawn(decoded(by_gif(CENTRE), "png")) == "..... ..G.. ....."


def test_a_gifs_transparent_pixels_let_the_frame_before_show() -> None:
    part = Frame(indexed("11 33"), at=(1, 1), clear=3)
    assert played(by_gif(FULL, part)) == [*ALL, "RRRRR RGGRR RRRRR"]
    assert played(by_gif(replace(part, at=(0, 0)), FULL))[0] == "GG... ..... ....."


def test_a_gifs_frame_has_its_own_palette_and_may_be_interlaced() -> None:
    lines = "\n".join(f"{y % 4}" * 5 for y in range(13))
    part = Frame(indexed(lines), palette=(WHITE, BLUE, GREEN, RED), interlaced=True)
    wanted = " ".join("WBGR"[y % 4] * 5 for y in range(13))
    assert played(by_gif(part, Frame(indexed("0")), screen=(5, 13))) == [wanted, "R" + wanted[1:]]


def test_a_gifs_later_frame_that_hangs_over_is_cut_off() -> None:
    assert played(by_gif(FULL, Frame(indexed("111 111 111"), at=(4, 1)))) == [*ALL, "RRRRR RRRRG RRRRG"]


def test_a_gifs_first_frame_makes_its_screen_as_big_as_itself() -> None:
    assert played(by_gif(FULL, CENTRE, screen=(2, 1))) == KEPT[:2]


def test_a_gifs_frame_beside_the_screen_shows_nothing_for_its_time() -> None:
    body = by_gif(FULL, Frame(indexed("1"), at=(9, 9), ms=300))
    image = decoded(body, "webp")
    assert (frames(image)[0], image.info["duration"]) == (ALL[0], 400)


@pytest.mark.parametrize(("ms", "wanted"), [(0, 100), (10, 100), (20, 20), (70, 70)])
def test_what_is_too_fast_for_browsers_stands_as_long_as_they_let_it(ms: int, wanted: int) -> None:
    image = decoded(by_gif(replace(FULL, ms=ms), LAST), "webp")
    image.load()
    assert image.info["duration"] == wanted


@pytest.mark.parametrize(("repeats", "plays"), [(None, 1), (0, 0), (1, 2), (7, 8)])
def test_a_gif_counts_its_repeats(repeats: int | None, plays: int) -> None:
    body = gif((5, 3), [FULL, LAST], PALETTE, repeats)
    assert decoded(body, "webp").info["loop"] == plays
    assert decoded(body, "gif").info.get("loop") == repeats


CLEAR = coloured(".....  ..... .....", "RGBA")
GROUND = coloured("RRRRR RRRRR RRRRR", "RGBA")


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
@pytest.mark.parametrize(("then", "wanted"), [(0, KEPT), (1, CLEARED), (2, RESTORED)])
def test_an_apngs_frame_is_disposed_of(then: int, wanted: list[str], mode: str) -> None:
    ground = coloured("RRRRR RRRRR RRRRR").quantize(4) if mode == "P" else GROUND.convert(mode)
    ground = _with_palette(ground) if mode == "P" else ground
    part = _with_palette(coloured("G").quantize(4)) if mode == "P" else coloured("G", mode)
    last = _with_palette(coloured("B").quantize(4)) if mode == "P" else coloured("B", mode)
    body = apng((5, 3), [Frame(ground), Frame(part, (2, 1), then=then), Frame(last, (4, 2))])
    assert played(body) == wanted


def _with_palette(image: Image.Image) -> Image.Image:
    """The same pixels in the palette of all."""
    carrier = Image.new("P", (1, 1))
    carrier.putpalette([band for colour in PALETTE for band in colour])
    return image.convert("RGB").quantize(palette=carrier, dither=Image.Dither.NONE)


def test_an_apngs_first_frame_that_is_to_be_restored_leaves_nothing() -> None:
    body = apng((5, 3), [Frame(GROUND, then=2), Frame(coloured("G", "RGBA"), (2, 1))])
    assert played(body) == [*ALL, "..... ..G.. ....."]


def test_an_apngs_frame_is_blended_or_takes_the_place() -> None:
    half = Image.new("RGBA", (1, 1), (0, 0, 0, 128))
    for over, wanted in ((1, (110, 10, 10, 255)), (0, (0, 0, 0, 128))):
        image = decoded(apng((5, 3), [Frame(GROUND), Frame(half, (2, 1), over=over)]), "webp", quality=100)
        image.seek(1)
        assert near(pixel(image, 0.5, 0.5, "RGBA"), wanted, 4)


def test_half_transparent_pixels_over_nothing_stay_so() -> None:
    half = Image.new("RGBA", (1, 1), (*RED, 128))
    image = decoded(apng((5, 3), [Frame(CLEAR), Frame(half, (2, 1), over=1)]), "webp", quality=100)
    image.seek(1)
    assert near(pixel(image, 0.5, 0.5, "RGBA"), (*RED, 128), 4)


def test_an_apng_of_16_bits_keeps_its_light() -> None:
    frames = [Image.new("I;16", (5, 3), value) for value in (0x2020, 0xC0C0, 0x8080)]
    image = decoded(apng((5, 3), [Frame(each) for each in frames]), "webp", quality=100)
    for index, grey in enumerate((0x20, 0xC0, 0x80)):
        image.seek(index)
        assert near(pixel(image, 0.5, 0.5), (grey,) * 3, 2)


def test_an_apng_is_not_played_on_its_default_picture() -> None:
    parts = [Frame(coloured("G", "RGBA"), (2, 1)), Frame(coloured("B", "RGBA"), (4, 2))]
    body = apng((5, 3), parts, default=GROUND)
    assert played(body) == ["..... ..G.. .....", "..... ..G.. ....B"]
    assert drawn(decoded(body, "png")) == ALL[0]


@pytest.mark.parametrize(("part", "whole", "ms"), [(1, 0, 100), (50, 0, 500), (1, 4, 250), (3, 1000, 100)])
def test_an_apngs_delay_is_a_fraction_of_hundredths_where_it_does_not_say(part: int, whole: int, ms: int) -> None:
    body = apng((5, 3), [Frame(GROUND, ms=part), Frame(coloured("B", "RGBA"))], whole=whole)
    image = decoded(body, "webp")
    image.load()
    assert image.info["duration"] == (100 if 1000 * part / (whole or 100) <= 10 else ms)


def test_an_apng_that_breaks_the_rules_is_its_default_picture() -> None:
    sound = apng((5, 3), [Frame(GROUND), Frame(coloured("G", "RGBA"))])
    beyond = apng((5, 3), [Frame(GROUND), Frame(coloured("G", "RGBA"), at=(5, 0))])
    assert (inspect(sound, POLICY).frames, inspect(beyond, POLICY).frames) == (2, 1)
    assert drawn(decoded(beyond, "webp", quality=100)) == ALL[0]


@pytest.mark.parametrize("alpha", [True, False])
def test_a_webp_shows_nothing_where_no_frame_was(alpha: bool) -> None:
    parts = [Frame(coloured("GG GG"), (2, 0), then=1), Frame(coloured("B"), (4, 2), over=1)]
    assert played(webp((5, 3), parts, alpha=alpha, ground=0xFFFFFFFF)) == ["..GG. ..GG. .....", "..... ..... ....B"]


def test_a_webps_frame_is_blended_or_takes_the_place() -> None:
    part = coloured("G.", "RGBA")
    for over, wanted in ((1, "RRGRR"), (0, "RRG.R")):
        body = webp((5, 3), [Frame(GROUND), Frame(part, (2, 0), over=over)], plays=3)
        assert played(body)[1].split()[0] == wanted
        assert decoded(body, "webp").info["loop"] == 3


def avif(loop: Callable[[bytearray, int, int], None]) -> bytes:
    images = [Image.new("RGB", (20, 10), colour) for colour in (RED, GREEN, BLUE)]
    body = bytearray(saved(images[0], "avif", save_all=True, append_images=images[1:], duration=[100, 200, 300]))
    loop(body, body.index(b"elst"), body.index(b"tkhd"))
    return bytes(body)


@pytest.mark.parametrize("plays", [0, 1, 3])
def test_an_avif_sequence_plays_as_often_as_its_edit_list_says(plays: int) -> None:
    def told(body: bytearray, edits: int, head: int) -> None:
        once = int.from_bytes(body[edits + 12 : edits + 20])
        body[head + 32 : head + 40] = (plays * once or (1 << 64) - 1).to_bytes(8)

    assert decoded(avif(told), "webp").info["loop"] == plays


def test_an_avif_sequence_that_does_not_repeat_plays_once() -> None:
    def told(body: bytearray, edits: int, head: int) -> None:
        body[edits + 7] = 0

    assert decoded(avif(told), "webp").info["loop"] == 1


def test_an_avif_sequence_keeps_its_transparency() -> None:
    images = [Image.new("RGBA", (20, 10), (*colour, alpha)) for colour, alpha in ((RED, 255), (GREEN, 128))]
    image = decoded(saved(images[0], "avif", save_all=True, append_images=images[1:], duration=100), "webp")
    image.seek(1)
    assert near(pixel(image, 0.5, 0.5, "RGBA"), (*GREEN, 128), 12)


MANY = {
    "gif": gif((5, 3), [FULL, *[CENTRE, LAST] * 3], PALETTE),
    "png": apng((5, 3), [Frame(GROUND), *[Frame(coloured("G", "RGBA"), (n, 0)) for n in range(5)]]),
    "webp": webp((5, 3), [Frame(GROUND), *[Frame(coloured("G", "RGBA"), (0, n)) for n in (0, 2)]]),
}


@pytest.mark.parametrize("kind", MANY)
def test_an_animation_that_is_cut_off_anywhere_is_a_picture_or_refused_as_damaged(kind: str) -> None:
    body, refused = MANY[kind], 0
    for length in range(30, len(body) - 1, 5):
        for read in (lambda part: verify(part, POLICY), lambda part: variant(part, "webp")):
            try:
                read(body[:length])
            except SourceRefused as error:
                assert error.code == "source_damaged"
                refused += 1
    assert refused > 10


def test_a_gif_with_a_million_frames_is_read_no_further_than_it_may_play() -> None:
    body = by_gif(FULL, *[CENTRE] * 10)
    many = body[:-1] + body[body.rindex(b"!\xf9") : -1] * 300_000
    assert inspect(many, POLICY).frames == POLICY.max_frames + 1
    assert drawn(decoded(many, "png")) == ALL[0]


def test_an_apng_of_a_million_controls_is_refused() -> None:
    body = apng((5, 3), [Frame(GROUND), Frame(coloured("G", "RGBA"))])
    control = body[body.index(b"fcTL") - 4 :][:38]
    with pytest.raises(SourceRefused, match="too many pieces"):
        inspect(body[:-12] + control * 1_000_001 + body[-12:], POLICY)


def test_a_gifs_frames_that_are_many_times_its_screen_are_refused_unread() -> None:
    huge = Frame(Image.new("L", (3000, 2)))
    body = by_gif(FULL, huge).replace((3000).to_bytes(2, "little") + b"\2\0", b"\xb8\x0b\xb8\x0b")
    with pytest.raises(SourceRefused) as caught:
        inspect(body, POLICY)
    assert caught.value.code == "source_too_large"


def test_a_webps_frame_outside_its_canvas_is_refused() -> None:
    with pytest.raises(SourceRefused) as caught:
        variant(webp((5, 3), [Frame(GROUND), Frame(coloured("GG"), (4, 0))]), "webp")
    assert caught.value.code == "source_damaged"


def test_a_moving_picture_asked_for_as_one_that_stands_is_its_first_frame() -> None:
    for format_class in ("png", "jpeg"):
        result = opened(variant(by_gif(replace(FULL, then=2), LAST), format_class))
        assert near(pixel(result, 0.9, 0.9), RED, 12)
