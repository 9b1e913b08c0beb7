"""JPEGs with a gain map: the base image is served, and it alone."""

from __future__ import annotations

import pytest
from PIL import Image

from tests.edge.image import icc_profiles
from tests.edge.image.decode.colours import P3
from tests.edge.image.pictures import near, opened, pixel, quarters, saved, variant

WANTED = icc_profiles.from_light(icc_profiles.DISPLAY_P3, [icc_profiles.srgb_light(code) for code in (220, 20, 20)])


def ultra_hdr() -> bytes:
    """A picture in Display P3, and behind it a gain map of a quarter its size, named in an MPF segment."""
    gain = Image.linear_gradient("L").resize((20, 15))
    options = {"save_all": True, "append_images": [gain], "icc_profile": P3, "quality": 98, "subsampling": 0}
    return saved(quarters(), "mpo", **options)


@pytest.mark.parametrize("format_class", ["jpeg", "webp", "avif", "png", "basic"])
@pytest.mark.parametrize("width", [80, 20])
def test_the_base_picture_is_served_in_its_own_colours(format_class: str, width: int) -> None:
    body = ultra_hdr()
    assert b"MPF\0" in body
    assert body.count(b"\xff\xd8\xff") == 2
    rendered = variant(body, format_class, width=width, quality=98)
    assert (rendered.width, rendered.height) == (width, width * 3 // 4)
    assert near(pixel(opened(rendered), 0.25, 0.25), WANTED, 9)
    assert b"MPF" not in rendered.body
    assert rendered.body.count(b"\xff\xd8\xff") == (rendered.format == "jpeg")
