"""PNGs decoded beside Pillow: the same pixels, and Pillow's word where there is damage."""

from __future__ import annotations

import random
import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin

from edge.image.decode import png
from tests.edge.image.pictures import animation, noise, saved

END = struct.pack(">I4sI", 0, b"IEND", zlib.crc32(b"IEND"))


def pillows(body: bytes) -> Image.Image:
    with Image.open(BytesIO(body), formats=["PNG"]) as image:
        image.load()
        return image.copy()


def ours(body: bytes) -> Image.Image | None:
    found = png.load(body, png.opened(body), 1)
    return found and found[0]


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I4s", len(data), name) + data + struct.pack(">I", zlib.crc32(data, zlib.crc32(name)))


def filtered(by: int, size: tuple[int, int], bands: int) -> bytes:
    """Rows that are all filtered alike: bytes that mean something under each of PNG's five filters."""
    rows = random.Random(by).randbytes(size[0] * bands * size[1])  # noqa: S311 - a picture, no secret
    width = size[0] * bands
    lines = b"".join(bytes([by]) + rows[start : start + width] for start in range(0, len(rows), width))
    kind = {1: 0, 2: 4, 3: 2, 4: 6}[bands]
    header = chunk(b"IHDR", struct.pack(">2I5B", *size, 8, kind, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(lines)) + END


@pytest.mark.parametrize("bands", [1, 2, 3, 4])
@pytest.mark.parametrize("by", range(5))
@pytest.mark.parametrize("size", [(1, 1), (7, 5), (64, 33)])
def test_each_filter_is_undone_as_pillow_undoes_it(by: int, bands: int, size: tuple[int, int]) -> None:
    body = filtered(by, size, bands)
    got = ours(body)
    assert got is not None
    assert (got.mode, got.size, got.tobytes()) == ((want := pillows(body)).mode, size, want.tobytes())


@pytest.mark.parametrize("mode", ["1", "P", "I;16"])
def test_what_is_not_of_eight_bits_is_pillows(mode: str) -> None:
    assert ours(saved(Image.new(mode, (9, 9)), "PNG")) is None


def test_one_colour_that_is_transparent_is_pillows() -> None:
    assert ours(saved(noise((9, 9)), "PNG", transparency=(1, 2, 3))) is None


def test_an_animation_is_pillows() -> None:
    frames = [noise((9, 9), seed=seed) for seed in (1, 2)]
    assert ours(animation("PNG", frames)) is None


def test_what_says_something_behind_its_pixels_is_pillows() -> None:
    body = saved(noise((9, 9)), "PNG")
    assert ours(body) is not None
    assert ours(body.removesuffix(END) + chunk(b"tEXt", b"Copyright\0somebody") + END) is None


def test_a_big_one_is_pillows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(png, "_MOST_PIXELS", 80)
    assert ours(saved(noise((9, 9)), "PNG")) is None


def test_what_is_decoded_is_not_decoded_again() -> None:
    body = saved(noise((9, 9)), "PNG")
    image = png.opened(body)
    image.load()
    assert png.load(body, image, 1) is None


def test_no_damage_is_seen_otherwise() -> None:
    """Of a thousand broken files: what is decoded here has the pixels that Pillow finds, where it finds some."""
    rng = random.Random(13)  # noqa: S311 - mutations, no secret
    seeds = [filtered(by, (20, 11), bands) for by in range(5) for bands in (1, 2, 3, 4)]
    decoded = 0
    for _ in range(1000):
        body = bytearray(rng.choice(seeds))
        at = rng.randrange(8, len(body))
        body[at : at + rng.choice([0, 1, 1, 7])] = rng.randbytes(rng.choice([0, 1, 1, 3]))
        try:
            got = ours(bytes(body))
        except Exception:  # noqa: S112 - Pillow's, on opening it
            continue
        if got is not None:
            decoded += 1
            try:
                want = pillows(bytes(body))
            except Exception:  # noqa: S112 - Pillow also reads what comes behind the pixels
                continue
            assert got.tobytes() == want.tobytes()
    assert decoded > 10


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("by", [2, 3, 7, 50])
def test_it_is_averaged_as_it_is_decoded_and_pieces_leave_no_seams(
    mode: str, by: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(png, "_STRIP", 400)
    body = saved(noise((61, 47), mode), "PNG")
    found = png.load(body, png.opened(body), by)
    assert found is not None
    assert (found[0].tobytes(), found[1]) == (pillows(body).reduce(by).tobytes(), by)


def test_what_is_transparent_is_not_averaged_before_it_is_weighed() -> None:
    body = saved(noise((60, 40), "RGBA"), "PNG")
    found = png.load(body, png.opened(body), 4)
    assert found is not None
    assert (found[0].size, found[1]) == ((60, 40), 1)


class Panic(BaseException):
    """As PyO3 hands on what Rust calls a panic."""


def test_a_panic_is_a_failure_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def panics(_body: bytes) -> None:
        raise Panic

    body = saved(noise((9, 9)), "PNG")
    monkeypatch.setattr("puhu.open", panics)
    assert ours(body) is None
    assert isinstance(png.opened(body), PngImagePlugin.PngImageFile)
