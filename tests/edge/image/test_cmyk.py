"""Inks without a profile: as browsers show them, and never the wrong way round."""

from __future__ import annotations

import pytest
from PIL import Image, ImageChops

from tests.edge.image.pictures import decoded, near, pixel, saved, stripes

INKS: list[tuple[int, ...]] = [(0, 0, 0, 0), (0, 0, 0, 255), (0, 255, 255, 0), (255, 0, 255, 0), (100, 50, 20, 60)]
#: Each ink takes away its share of the light.
WANTED = [tuple(round((255 - ink) * (255 - inks[3]) / 255) for ink in inks[:3]) for inks in INKS]
_ADOBE = b"\xff\xee\0\x0eAdobe"


def shown(body: bytes) -> list[tuple[int, ...]]:
    result = decoded(body)
    return [pixel(result, (index + 0.5) / len(INKS), 0.5) for index in range(len(INKS))]


def jpeg(image: Image.Image) -> bytes:
    """As Adobe writes it: a marker, and each value the light that the ink leaves."""
    body = saved(image, "jpeg", quality=100, subsampling=0)
    assert _ADOBE in body
    return body


def test_the_inks_of_a_tiff() -> None:
    assert all(
        near(a, b, 1) for a, b in zip(shown(saved(stripes(INKS, (80, 16), "CMYK"), "tiff")), WANTED, strict=True)
    )


@pytest.mark.parametrize("marked", [True, False])
def test_the_inks_of_a_jpeg_are_adobes_marked_or_not(marked: bool) -> None:
    body = jpeg(stripes(INKS, (80, 16), "CMYK"))
    start = body.index(_ADOBE)
    body = body if marked else body[:start] + body[start + 16 :]
    assert all(near(a, b, 3) for a, b in zip(shown(body), WANTED, strict=True))


def test_the_inks_of_a_jpeg_in_ycck() -> None:
    """Three inks are written as brightness and colour, black as the light that it leaves."""
    three = stripes([inks[:3] for inks in INKS], (80, 16)).convert("YCbCr")
    black = stripes([(255 - inks[3],) for inks in INKS], (80, 16), "L")
    # As Pillow will turn each value round.
    body = bytearray(jpeg(Image.merge("CMYK", [ImageChops.invert(band) for band in (*three.split(), black)])))
    body[body.index(_ADOBE) + 15] = 2
    assert all(near(a, b, 4) for a, b in zip(shown(bytes(body)), WANTED, strict=True))


@pytest.mark.parametrize("format_class", ["jpeg", "webp", "avif", "png", "gif"])
def test_no_format_is_given_inks(format_class: str) -> None:
    result = decoded(jpeg(stripes(INKS, (80, 16), "CMYK")), format_class, width=40)
    assert result.mode in ("RGB", "P")
    assert near(pixel(result, 0.5, 0.5), (255, 0, 0), 20)
