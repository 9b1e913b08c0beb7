from __future__ import annotations

import struct
import zlib
from dataclasses import replace

import pytest
from PIL import Image

from edge.contract.errors import SourceRefused
from edge.image import Source, verify
from tests.edge.image.pictures import POLICY, animation, inspect, noise, quarters, saved, variant

STILLS = {
    "jpeg": saved(noise((40, 30)), "JPEG"),
    "jpeg progressive": saved(noise((40, 30)), "JPEG", progressive=True),
    "png": saved(noise((40, 30)), "PNG"),
    "webp": saved(noise((40, 30)), "WEBP"),
    "webp lossless": saved(noise((40, 30)), "WEBP", lossless=True),
    "avif": saved(noise((40, 30)), "AVIF"),
    "gif": saved(noise((40, 30)), "GIF"),
    "tiff": saved(noise((40, 30)), "TIFF"),
    "bmp": saved(noise((40, 30)), "BMP"),
}
FRAMES = [noise((40, 30), seed=seed) for seed in range(3)]
MOVING = {name: animation(name, FRAMES, duration=100) for name in ("gif", "webp", "png", "avif")}


def refusal(body: bytes) -> SourceRefused:
    with pytest.raises(SourceRefused) as caught:
        inspect(body, POLICY)
    assert caught.value.status == 415
    return caught.value


def png_claiming(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def gif_claiming(screen: tuple[int, int], *frames: tuple[int, int, int, int]) -> bytes:
    """A GIF whose frames, ``left top width height``, hold no more than the first pixel each."""
    described = b"".join(b"," + struct.pack("<4HB", *frame, 0) + b"\x02\x02\x4c\x01\x00" for frame in frames)
    return b"GIF89a" + struct.pack("<2H3B", *screen, 0x80, 0, 0) + bytes(6) + described + b";"


@pytest.mark.parametrize("name", STILLS)
def test_a_file_is_known_by_its_content(name: str) -> None:
    assert inspect(STILLS[name], POLICY) == verify(STILLS[name], POLICY) == Source(name.split()[0], 40, 30, 1)


def test_a_cameras_mpo_is_a_jpeg_and_stands_still() -> None:
    body = animation("mpo", [quarters((803, 601)), quarters((803, 601))])
    assert verify(body, POLICY) == Source("jpeg", 803, 601, 1)
    assert variant(body, "webp", width=100).width == 100


@pytest.mark.parametrize("name", MOVING)
def test_frames_are_counted(name: str) -> None:
    assert inspect(MOVING[name], POLICY) == verify(MOVING[name], POLICY) == Source(name, 40, 30, 3)


@pytest.mark.parametrize(
    ("mode", "name", "kept_in"),
    [
        ("RGBA", "png", "png"),
        ("LA", "png", "png"),
        ("RGB", "png", "jpeg"),
        ("RGBA", "webp", "png"),
        ("RGBA", "avif", "png"),
        ("RGBA", "tiff", "png"),
    ],
)
def test_transparency_is_seen(mode: str, name: str, kept_in: str) -> None:
    assert variant(saved(noise((9, 7), mode), name), "basic").format == kept_in


def test_a_palette_with_a_transparent_entry_is_transparent() -> None:
    image = quarters().quantize(4)
    assert variant(saved(image, "png", transparency=0), "basic").format == "png"


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["jpeg", "png", "webp", "avif", "tiff"])
def test_width_and_height_are_those_of_the_upright_picture(name: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[274] = orientation
    source = inspect(saved(quarters((80, 60)), name, exif=exif), POLICY)
    assert (source.width, source.height) == ((60, 80) if orientation > 4 else (80, 60))


@pytest.mark.parametrize("exif", [b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff"])
def test_damaged_exif_says_nothing(exif: bytes) -> None:
    assert verify(saved(quarters(), "jpeg", exif=exif), POLICY).width == 80


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"%PDF-1.7\n", "This is a PDF"),
        (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "This is an SVG drawing"),
        (b"<!doctype html><title>x</title>", "This is a web page"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "This is a HEIC photo"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0", "This is a video"),
        (b"PK\x03\x04", "This is a ZIP archive"),
        (b"hello", "This is not a picture"),
        (b"\0" * 5000, "This is not a picture"),
    ],
)
def test_what_is_no_picture_is_named(body: bytes, says: str) -> None:
    error = refusal(body)
    assert error.code == "source_unsupported"
    assert error.message.startswith(says)
    assert "JPEG, PNG, WebP, AVIF, GIF, TIFF or BMP" in error.message


def test_an_empty_file_is_refused() -> None:
    assert refusal(b"").as_dict() == {"status": 415, "code": "source_damaged", "message": "The file is empty."}


def test_a_file_with_too_many_bytes_is_refused() -> None:
    error = refusal(b"\xff\xd8\xff" + bytes(POLICY.max_source_bytes))
    assert error.code == "source_too_large"
    assert error.message == "The file has more than 50 MB."


BOMBS = {
    "png": png_claiming(65536, 65536),
    "gif screen": gif_claiming((65535, 65535), (0, 0, 1, 1)),
    "gif frame": gif_claiming((1, 1), (0, 1066, 65535, 65535)),
    "gif later frame": gif_claiming((1, 1), (0, 0, 1, 1), (0, 1066, 65535, 65535)),
    "webp extended": b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + b"\xff\xff\0" * 2,
    "webp lossless": b"RIFF\x12\0\0\0WEBPVP8L\x05\0\0\0\x2f\xff\xff\xff\x0f\0",
    "webp lossy": b"RIFF\x16\0\0\0WEBPVP8 \x0a\0\0\0\0\0\0\x9d\x01\x2a\xff\x3f\xff\x3f",
    "bmp": saved(noise((1, 1)), "bmp").replace(struct.pack("<2I", 1, 1), struct.pack("<2I", 65536, 65536)),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_by_its_header(name: str) -> None:
    assert refusal(BOMBS[name]).code == "source_too_large"


def test_a_bomb_of_44_bytes_is_refused() -> None:
    body = BOMBS["gif frame"]
    assert len(body) <= 44
    assert refusal(body).message == "65535 × 66601 = 4,365 megapixels of GIF; at most 50 are taken."


def test_the_message_says_how_big_it_is() -> None:
    assert refusal(BOMBS["png"]).message == "65536 × 65536 = 4,295 megapixels; at most 100 are taken."


def test_the_limit_itself_is_taken() -> None:
    policy = replace(POLICY, max_source_pixels=1200)
    assert inspect(STILLS["png"], policy).width == 40
    with pytest.raises(SourceRefused):
        inspect(STILLS["png"], replace(policy, max_source_pixels=1199))


@pytest.mark.parametrize("name", [*STILLS, *(f"moving {name}" for name in MOVING)])
def test_a_file_that_is_cut_short_is_refused(name: str) -> None:
    body = MOVING[name.removeprefix("moving ")] if name.startswith("moving") else STILLS[name]
    checksums = 24  # what may be missing at the end without a pixel being so
    for length in range(1, len(body) - checksums, max(1, len(body) // 40)):
        with pytest.raises(SourceRefused) as caught:
            verify(body[:length], POLICY)
        assert caught.value.code == ("source_damaged" if length > 16 else caught.value.code)


@pytest.mark.parametrize("name", STILLS)
def test_a_damaged_file_makes_a_picture_or_a_refusal_and_nothing_else(name: str) -> None:
    body = STILLS[name]
    for position in range(0, len(body), max(1, len(body) // 100)):
        damaged = body[:position] + bytes([body[position] ^ 0xA5]) + body[position + 1 :]
        try:
            assert variant(damaged, "jpeg", width=10).format == "jpeg"
        except SourceRefused as error:
            assert error.message.endswith(".")
