"""libwebp's simple decoder, compared with Pillow's use of the one for animations."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageStat

from edge.contract.errors import SourceRefused
from edge.image.decode import libwebp
from tests.edge.image.pictures import animation, decoded, noise, quarters, saved, variant


def soft(size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    return noise((size[0] // 8 + 2, size[1] // 8 + 2), mode).resize(size, Image.Resampling.BICUBIC)


def worst(one: Image.Image, other: Image.Image) -> float:
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (97, 61), (640, 400)])
@pytest.mark.parametrize("options", [{"quality": 90}, {"lossless": True}], ids=["lossy", "lossless"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_the_pixels_are_those_of_pillow(size: tuple[int, int], options: dict[str, object], mode: str) -> None:
    body = saved(soft(size, mode), "webp", **options)
    found = libwebp.decode(body, size, 1)
    assert found is not None
    pixels, by = found
    assert by == 1
    assert pixels.convert("RGBA").tobytes() == Image.open(BytesIO(body)).convert("RGBA").tobytes()


@pytest.mark.parametrize("by", [2, 4, 8])
@pytest.mark.parametrize("size", [(640, 400), (639, 399), (131, 89)])
def test_reduced_pixels_are_averages(size: tuple[int, int], by: int) -> None:
    body = saved(soft(size), "webp", quality=95)
    found = libwebp.decode(body, size, by)
    assert found is not None
    assert found[1] == by
    whole = Image.open(BytesIO(body)).convert("RGB").reduce(by)
    assert found[0].size == whole.size
    assert worst(found[0].convert("RGB"), whole) < 4


def test_black_white_and_pure_colours_keep_their_range() -> None:
    colours = [(0, 0, 0), (255, 255, 255), (255, 0, 0), (0, 255, 0), (0, 0, 255), (128, 128, 128)]
    for colour in colours:
        body = saved(Image.new("RGB", (800, 600), colour), "webp", quality=100)
        assert worst(decoded(body, width=100), Image.new("RGB", (100, 75), colour)) <= 3


def test_transparent_images_are_not_reduced() -> None:
    image = quarters((800, 600)).convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 400, 600))
    found = libwebp.decode(saved(image, "webp", quality=90), (800, 600), 8)
    assert found is not None
    assert (found[0].mode, found[1]) == ("RGBA", 1)
    result = decoded(saved(image, "webp", quality=90), width=100)
    assert result.getpixel((20, 20))[3] == 0  # type: ignore[index]
    assert result.getpixel((80, 20))[3] == 255  # type: ignore[index]


def test_animations_and_contradictory_sizes_are_left_to_pillow() -> None:
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "blue")]
    assert libwebp.decode(animation("webp", frames, duration=100), (40, 30), 1) is None
    assert libwebp.decode(saved(frames[0], "webp"), (41, 30), 1) is None


def test_without_the_library_pillow_decodes(monkeypatch: pytest.MonkeyPatch) -> None:
    body = saved(soft((640, 400)), "webp", quality=90)
    quick = decoded(body, width=100)
    monkeypatch.setattr(libwebp, "_library", lambda: None)
    assert worst(decoded(body, width=100), quick) < 5


@pytest.mark.parametrize("part", [0.3, 0.7, 0.98])
@pytest.mark.parametrize("width", [100, 640])
@pytest.mark.parametrize("options", [{"quality": 90}, {"lossless": True}], ids=["lossy", "lossless"])
def test_a_file_that_is_cut_off_is_damaged(part: float, width: int, options: dict[str, object]) -> None:
    body = saved(soft((640, 400)), "webp", **options)
    with pytest.raises(SourceRefused) as refusal:
        variant(body[: int(len(body) * part)], width=width)
    assert refusal.value.code == "source_damaged"
