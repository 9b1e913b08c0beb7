"""ThumbHash: the same texts as from its reference, https://www.npmjs.com/package/thumbhash (0.1.1)."""

from __future__ import annotations

from base64 import b64decode

import pytest
from PIL import Image

from edge.image.thumb_hash import MAX_LENGTH, MAX_SIDE, thumb_hash
from tests.edge.image.pictures import noise, quarters, stripes

#: By `rgbaToThumbHash` for the same pixels.
REFERENCE = {
    "noise": "3wcCDYK49n6MOIdKl6eoaG+4JAzK",
    "tall noise": "4AcGCgRZewlonllqf8oCiZE=",
    "transparent noise": "HxiCC4AISNtGKJ8HOyT4hTr2D1qbe0U=",
    "tall transparent noise": "4QeCCgIImnUHhsmJ0FbLoDWfqCKOGZg=",
    "quarters": "3wcOh5yAeobAZ4iHd6iGiIeGR/iKf8gI",
}


def pictures() -> dict[str, Image.Image]:
    return {
        "noise": noise((32, 24)),
        "tall noise": noise((9, 32), seed=2),
        "transparent noise": noise((32, 20), "RGBA"),
        "tall transparent noise": noise((13, 32), "RGBA", 3),
        "quarters": quarters((31, 29)),
        "stripes": stripes([(200, 30, 60), (10, 120, 220), (240, 240, 20)], (32, 11)),
        "one pixel": Image.new("RGB", (1, 1), (10, 120, 220)),
    }


@pytest.mark.parametrize("name", REFERENCE)
def test_the_hash_is_that_of_the_reference(name: str) -> None:
    assert thumb_hash(pictures()[name]) == REFERENCE[name]


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("size", [(1, 1), (1, MAX_SIDE), (MAX_SIDE, 1), (MAX_SIDE, MAX_SIDE)])
def test_it_fits_into_metadata_whatever_the_shape(mode: str, size: tuple[int, int]) -> None:
    assert len(thumb_hash(noise(size, mode))) <= MAX_LENGTH


def test_a_larger_image_is_refused() -> None:
    with pytest.raises(ValueError, match="33 × 2 pixels are more than 32 a side"):
        thumb_hash(Image.new("RGB", (MAX_SIDE + 1, 2)))


def test_an_even_image_has_no_waves_whatever_noise_the_additions_leave() -> None:
    for colour in ((0, 0, 0), (255, 255, 255), (37, 91, 203)):
        assert not any(b64decode(thumb_hash(Image.new("RGB", (32, 23), colour)))[5:])


def test_what_is_invisible_counts_for_nothing() -> None:
    shown = stripes([(200, 30, 60, 255), (1, 2, 3, 0)], (20, 20), "RGBA")
    hidden = stripes([(200, 30, 60, 255), (250, 9, 99, 0)], (20, 20), "RGBA")
    assert thumb_hash(shown) == thumb_hash(hidden)
    assert thumb_hash(Image.new("RGBA", (9, 9), (250, 9, 99, 0))) == thumb_hash(Image.new("RGBA", (9, 9)))
