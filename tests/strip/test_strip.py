"""The strip of the README: what is measured, what is written on it, and that it is small enough for a README."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from tests.strip.__main__ import TARGET
from tests.strip.measure import ACCEPT, WIDTHS, Measured, measure
from tests.strip.page import build_page
from tests.strip.screenshots import IMAGES


def jpeg(size: tuple[int, int]) -> bytes:
    """A grey ramp, black at the left and white at the right."""
    output = io.BytesIO()
    Image.linear_gradient("L").rotate(90).resize(size).save(output, "JPEG")
    return output.getvalue()


def test_each_format_and_width_is_what_the_local_cloudfront_answers(tmp_path: Path) -> None:
    measured = measure(jpeg((1600, 900)), (100, 500), tmp_path)
    formats = {}
    for (name, width), body in measured.variants.items():
        with Image.open(io.BytesIO(body)) as image:
            assert image.width == width
            formats[name] = image.format
    # The image is a graphic, which may be smaller losslessly.
    assert formats["WebP"] == "WEBP"
    assert (formats["AVIF"] in ("AVIF", "WEBP"), formats["JPEG"] in ("JPEG", "PNG")) == (True, True)
    assert set(measured.first) == set(measured.second) == set(WIDTHS)
    assert brightness(measured.focal_crop) < brightness(measured.centre_crop) - 20


def brightness(body: bytes) -> int:
    """The brightness of the middle pixel, 0 to 255."""
    with Image.open(io.BytesIO(body)) as image:
        value = image.convert("L").getpixel((image.width // 2, image.height // 2))
    assert isinstance(value, int)
    return value


def test_the_strip_shows_bytes_and_times_in_round_units() -> None:
    variants = {(name, width): bytes(width * 40) for name in ACCEPT for width in WIDTHS}
    times = dict.fromkeys(WIDTHS, 123.4)
    page = build_page(Measured(jpeg((4000, 3000)), variants, times, times, b"", b""), (300, 400), "By R & D.")
    for text in ("4000 × 3000, 12 megapixels", "1200 px wide", "48 kB", "123 ms", 'cx="30.0%"', "By R &amp; D."):
        assert text in page


def test_the_committed_strip_is_sharp_on_dense_screens() -> None:
    with Image.open(TARGET) as image:
        assert (image.format, image.width) == ("WEBP", 2400)


@pytest.mark.parametrize("path", sorted(IMAGES.glob("*.webp")), ids=lambda path: path.name)
def test_no_committed_image_weighs_more_than_300_kb(path: Path) -> None:
    assert path.stat().st_size < 300_000
