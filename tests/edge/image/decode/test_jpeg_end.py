"""JPEG files without an end marker: read if every pixel is there, damaged otherwise."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image, ImageChops

from edge.contract.errors import SourceRefused
from edge.image import verify
from edge.image.decode import jpeg_end, jpeg_markers
from tests.edge.image.decode.support import refusal
from tests.edge.image.pictures import POLICY, decoded, noise, photograph, saved

KINDS: dict[str, dict[str, Any]] = {
    "baseline": {},
    "progressive": {"progressive": True},
    "restart markers": {"restart_marker_blocks": 2},
    "no subsampling": {"subsampling": 0},
}
PICTURE = photograph(side=96)


def same(one: Image.Image, other: Image.Image) -> bool:
    return ImageChops.difference(one.convert("RGB"), other.convert("RGB")).getbbox() is None


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("end", [b"", b"\xff"], ids=["none", "half"])
def test_without_its_end_every_pixel_is_there(name: str, mode: str, end: bytes) -> None:
    whole = saved(PICTURE.convert(mode), "jpeg", **KINDS[name])
    body = whole[:-2] + end
    assert verify(body, POLICY) == verify(whole, POLICY)
    assert same(decoded(body), decoded(whole))
    assert same(decoded(body, width=20), decoded(whole, width=20))


@pytest.mark.parametrize("name", KINDS)
def test_without_its_last_pixels_it_is_damaged(name: str) -> None:
    """Wherever it ends. The last byte before the marker may be without a pixel."""
    whole = saved(noise((96, 96)), "jpeg", **KINDS[name])
    for missing in (*range(4, 40), len(whole) // 10, len(whole) // 2):
        with pytest.raises(SourceRefused) as caught:
            verify(whole[:-missing], POLICY)
        assert caught.value.code == "source_damaged"


def test_without_its_last_scan_it_is_damaged() -> None:
    """What is there is whole, but is not the whole image."""
    whole = saved(PICTURE, "jpeg", progressive=True)
    assert refusal(whole[: whole.rindex(b"\xff\xda")]).code == "source_damaged"


def test_without_the_scans_of_two_components_it_is_damaged() -> None:
    grey = saved(Image.new("L", (64, 64), 9), "jpeg")
    colour = saved(Image.new("RGB", (64, 64)), "jpeg", subsampling=0)
    assert refusal(colour[: colour.index(b"\xff\xda")] + grey[grey.index(b"\xff\xda") : -2]).code == "source_damaged"


def test_an_end_is_found_where_it_is_and_where_something_follows() -> None:
    body = saved(PICTURE, "jpeg")
    scan = next(segment for segment in jpeg_markers.walk(body) if segment.marker == jpeg_markers.SCAN)
    assert jpeg_end.has_end(body, scan)
    assert jpeg_end.has_end(body + bytes(99), scan)
    assert not jpeg_end.has_end(body[:-2], scan)
