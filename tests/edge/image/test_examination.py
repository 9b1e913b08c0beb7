"""What is learned of an original when it is uploaded: its size, and how it looks from far away."""

from __future__ import annotations

from base64 import b64decode

import pytest
from PIL import Image

from edge.contract.errors import SourceRefused
from edge.image.examination import examine
from edge.image.thumb_hash import thumb_hash
from tests.edge.image.pictures import GREEN, POLICY, RED, animation, quarters, saved, stripes


def average(placeholder: str) -> tuple[int, int, int]:
    """The average colour, which a ThumbHash begins with."""
    bits = int.from_bytes(b64decode(placeholder)[:3], "little")
    lightness, yellow, red = (bits & 63) / 63, (bits >> 6 & 63) / 31.5 - 1, (bits >> 12 & 63) / 31.5 - 1
    blue = lightness - yellow * 2 / 3
    first = (3 * lightness - blue + red) / 2
    return round(first * 255), round((first - red) * 255), round(blue * 255)


def close(found: tuple[int, ...], wanted: tuple[int, ...], by: int = 12) -> bool:
    return all(abs(one - other) <= by for one, other in zip(found, wanted, strict=True))


@pytest.mark.parametrize("size", [(1, 1), (60, 40), (800, 601)])
@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF", "BMP", "GIF"])
def test_every_format_has_its_size_and_its_colour(name: str, size: tuple[int, int]) -> None:
    found = examine(saved(Image.new("RGB", size, RED), name), POLICY)
    assert (found.source.format, found.source.size) == (name.lower(), size)
    assert close(average(found.placeholder), RED)


def test_size_and_placeholder_are_those_of_the_upright_image() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise
    stored = saved(quarters((80, 60)), "PNG", exif=exif)
    upright = saved(quarters((80, 60)).transpose(Image.Transpose.ROTATE_270), "PNG")
    assert examine(stored, POLICY).source.size == (60, 80)
    assert examine(stored, POLICY).placeholder == examine(upright, POLICY).placeholder
    assert examine(stored, POLICY).placeholder != examine(saved(quarters((80, 60)), "PNG"), POLICY).placeholder


def test_a_large_image_has_the_placeholder_of_the_same_image_in_small() -> None:
    """Fast averaging of its pixels comes first, and changes at most a step of a few coefficients."""
    small, large = (examine(saved(quarters(size), "PNG"), POLICY).placeholder for size in ((128, 96), (1024, 768)))
    steps = [abs(one - other) for one, other in zip(nibbles(small), nibbles(large), strict=True)]
    assert max(steps) <= 1


def nibbles(placeholder: str) -> list[int]:
    return [half for byte in b64decode(placeholder) for half in (byte & 15, byte >> 4)]


def test_transparent_pixels_count_only_as_far_as_they_show() -> None:
    picture = stripes([(*RED, 255), (*GREEN, 0)], (900, 600), "RGBA")
    found = examine(saved(picture, "PNG"), POLICY)
    assert close(average(found.placeholder), RED)
    assert int.from_bytes(b64decode(found.placeholder)[:3], "little") >> 23, "it says that there is transparency"


def test_an_animation_has_the_placeholder_of_what_stands_for_it() -> None:
    body = animation("gif", [Image.new("RGB", (40, 30), colour) for colour in (RED, GREEN)], duration=100)
    found = examine(body, POLICY)
    assert found.source.frames == 2
    assert close(average(found.placeholder), RED)


def test_cmyk_is_converted() -> None:
    body = saved(Image.new("CMYK", (300, 300), (0, 255, 255, 0)), "JPEG")
    assert close(average(examine(body, POLICY).placeholder), (255, 0, 0), by=40)


def test_a_very_wide_image_has_one_too() -> None:
    found = examine(saved(Image.new("RGB", (9000, 1), GREEN), "PNG"), POLICY)
    assert close(average(found.placeholder), GREEN)
    assert found.placeholder == thumb_hash(Image.new("RGB", (32, 1), GREEN))


def test_what_is_damaged_is_refused_as_before() -> None:
    with pytest.raises(SourceRefused):
        examine(saved(quarters((300, 300)), "JPEG")[:-400], POLICY)
