"""CMYK without a profile: as browsers show it, and never inverted."""

from __future__ import annotations

import pytest
from PIL import Image, ImageChops

from tests.edge.image.pictures import (
    decoded,
    near,
    pixel,
    saved,
    stripes,
)

INKS: list[tuple[int, ...]] = [(0, 0, 0, 0), (0, 0, 0, 255), (0, 255, 255, 0), (255, 0, 255, 0), (100, 50, 20, 60)]


#: Each ink removes its share of the light.
WANTED = [tuple(round((255 - ink) * (255 - inks[3]) / 255) for ink in inks[:3]) for inks in INKS]


_ADOBE = b"\xff\xee\0\x0eAdobe"


def shown(body: bytes) -> list[tuple[int, ...]]:
    result = decoded(body)
    return [pixel(result, (index + 0.5) / len(INKS), 0.5) for index in range(len(INKS))]


def jpeg(image: Image.Image) -> bytes:
    """As Adobe writes it: with its marker, and with inverted values."""
    body = saved(image, "jpeg", quality=100, subsampling=0)
    assert _ADOBE in body
    return body


def test_a_cmyk_tiff() -> None:
    assert all(
        near(a, b, 1) for a, b in zip(shown(saved(stripes(INKS, (80, 16), "CMYK"), "tiff")), WANTED, strict=True)
    )


@pytest.mark.parametrize("marked", [True, False])
def test_a_cmyk_jpeg_is_inverted_with_or_without_adobes_marker(marked: bool) -> None:
    body = jpeg(stripes(INKS, (80, 16), "CMYK"))
    start = body.index(_ADOBE)
    body = body if marked else body[:start] + body[start + 16 :]
    assert all(near(a, b, 3) for a, b in zip(shown(body), WANTED, strict=True))


def test_a_ycck_jpeg() -> None:
    """Cyan, magenta and yellow are stored as YCbCr, black inverted."""
    three = stripes([inks[:3] for inks in INKS], (80, 16)).convert("YCbCr")
    black = stripes([(255 - inks[3],) for inks in INKS], (80, 16), "L")
    # Pillow inverts each value when it writes it.
    body = bytearray(jpeg(Image.merge("CMYK", [ImageChops.invert(band) for band in (*three.split(), black)])))
    body[body.index(_ADOBE) + 15] = 2
    assert all(near(a, b, 4) for a, b in zip(shown(bytes(body)), WANTED, strict=True))


@pytest.mark.parametrize("format_class", ["jpeg", "webp", "avif", "png", "gif"])
def test_no_format_is_written_as_cmyk(format_class: str) -> None:
    result = decoded(jpeg(stripes(INKS, (80, 16), "CMYK")), format_class, width=40)
    assert result.mode in ("RGB", "P")
    assert near(pixel(result, 0.5, 0.5), (255, 0, 0), 20)


@pytest.mark.parametrize("name", ["jpeg", "tiff"])
def test_cmyk_becomes_rgb(name: str) -> None:
    image = stripes([(0, 255, 255, 0), (255, 0, 255, 0), (0, 0, 0, 0)], (90, 30), "CMYK")
    result = decoded(saved(image, name), width=30)
    assert near(pixel(result, 0.15, 0.5), (255, 0, 0), 12)
    assert near(pixel(result, 0.5, 0.5), (0, 255, 0), 12)
    assert near(pixel(result, 0.85, 0.5), (255, 255, 255), 12)
