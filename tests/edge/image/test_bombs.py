"""Files that somebody made to take our memory or our time. What they cost is bounded, or they are refused."""

from __future__ import annotations

import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from edge.contract.errors import SourceRefused
from edge.image import verify
from edge.image.decode import source
from tests.edge.image.pictures import POLICY, quarters, saved, variant

GIGABYTE = 1_000_000_000
SIDE = 3000
FOLDER = Path(__file__).parents[3]


def refused(body: bytes) -> SourceRefused:
    """By both that read originals: the upload's check and the engine."""
    with pytest.raises(SourceRefused) as caught:
        verify(body, POLICY)
    with pytest.raises(SourceRefused) as again:
        variant(body, "webp", width=100)
    assert caught.value.as_dict() == again.value.as_dict()
    return caught.value


CONTROL = b"\x21\xf9\x04\x08\x0a\0\0\0"


def gif(*frames: tuple[int, int], before_each: bytes = b"") -> bytes:
    """One of 1 × 1 whose frames have these sizes, and hardly any pixels."""
    described = b"".join(
        before_each + CONTROL + b"," + struct.pack("<4HB", 0, 0, *size, 0) + b"\x02\x02\x44\x01\0" for size in frames
    )
    return b"GIF89a" + struct.pack("<2H3B", 1, 1, 0x80, 0, 0) + bytes(6) + described + b";"


def test_a_gif_with_a_byte_that_is_no_block_is_refused_before_a_frame_is_decoded() -> None:
    assert verify(gif((1, 1), (1, 1), before_each=b"\0"), POLICY).width == 1
    assert refused(gif((1, 1), (65535, 65535), (1, 1), before_each=b"\0")).code == "source_too_large"


def test_a_gif_with_an_extension_that_readers_understand_in_two_ways_is_read_in_one() -> None:
    extension = b"\x21\xf9\0\x3b" + bytes(0x3B) + b"\0"
    assert refused(gif((1, 1), (65535, 65535), before_each=extension)).code == "source_damaged"


@pytest.mark.parametrize("frames", [[(0, 0)], [(1, 1), (0, 0)], [(0, 1), (1, 0)]])
def test_frames_without_a_pixel_make_a_picture_or_a_refusal(frames: list[tuple[int, int]]) -> None:
    try:
        assert verify(gif(*frames), POLICY).width == 1
    except SourceRefused as error:
        assert error.code == "source_damaged"


@pytest.mark.parametrize("extension", [b"!\xfe", b"!\xff"])
def test_a_gif_of_millions_of_pieces_is_refused(extension: bytes) -> None:
    many = extension + b"\x01x" * 1_000_001 + b"\0"
    assert "too many pieces" in refused(gif((1, 1), before_each=many)).message


def with_scans(count: int) -> bytes:
    """A progressive JPEG whose last scan comes ``count`` times more."""
    whole = saved(quarters((64, 64)), "jpeg", progressive=True)
    last = whole[whole.rindex(b"\xff\xda") : -2]
    return whole[:-2] + last * count + whole[-2:]


def test_a_jpeg_with_hundreds_of_scans_is_refused() -> None:
    assert variant(with_scans(20), "jpeg", width=10).format == "jpeg"
    assert "scans" in refused(with_scans(300)).message


def test_a_baseline_jpeg_in_parts_with_hundreds_of_scans_is_refused() -> None:
    """libjpeg goes through all scans too where the first has not all components."""
    grey = saved(Image.new("L", (64, 64)), "jpeg")
    scan = grey.index(b"\xff\xda")
    whole = saved(Image.new("RGB", (64, 64)), "jpeg", subsampling=0)
    parts = [grey[scan:-2].replace(b"\x01\x01\0", bytes([1, part, 0]), 1) for part in (1, 2, 3)]
    body = whole[: whole.index(b"\xff\xda")] + b"".join(parts) * 100 + b"\xff\xd9"
    assert "scans" in refused(body).message


def test_a_marker_without_a_length_hides_no_scans() -> None:
    """TEM stands alone, so what comes after it is no segment of it."""
    body, last = with_scans(300), with_scans(0).rindex(b"\xff\xda")
    assert "scans" in refused(body[:last] + b"\xff\x01" + body[last:]).message


def test_what_a_camera_writes_after_the_picture_is_no_scan() -> None:
    """A motion photograph is a JPEG with a film behind it, in which any bytes may stand."""
    film = b"\xff\xda\0\x08" * 1000
    assert variant(with_scans(0) + film, "jpeg", width=10).format == "jpeg"
    assert variant(saved(quarters(), "jpeg") + film, "jpeg", width=10).format == "jpeg"


def png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


@pytest.mark.parametrize("chunk", [b"zTXtComment\0\0", b"iCCPprofile\0\0", b"iTXtXML:com.adobe.xmp\0\1\0\0\0"])
def test_text_in_a_png_that_unpacks_to_far_more_is_refused(chunk: bytes) -> None:
    bomb = zlib.compress(bytes(50_000_000))
    whole = saved(quarters(), "png")
    error = refused(whole[:33] + png_chunk(chunk[:4], chunk[4:] + bomb) + whole[33:])
    assert error.message == "The PNG file holds too much text: save it without metadata."


def tiff_of_tags(count: int, blob: bytes) -> bytes:
    """A TIFF of one pixel with ``count`` tags that all point at the same ``blob``."""
    own = [
        (256, 4, 1, 1),
        (257, 4, 1, 1),
        (258, 3, 1, 8),
        (262, 3, 1, 1),
        (273, 4, 1, 8),
        (278, 4, 1, 1),
        (279, 4, 1, 1),
    ]
    tags = own + [(1000 + number, 7, len(blob), 8) for number in range(count)]
    directory = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *tag) for tag in tags) + bytes(4)
    return b"II*\0" + struct.pack("<I", 8 + len(blob)) + blob + directory


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("kind", ["tiff", "jpeg", "png", "webp", "avif"])
def test_tags_that_lie_about_their_size_fill_neither_memory_nor_the_log(kind: str, tmp_path: Path) -> None:
    tags = tiff_of_tags(1500, bytes(40_000))
    source = tmp_path / f"bomb.{kind}"
    source.write_bytes(tags if kind == "tiff" else saved(quarters(), kind, exif=b"Exif\0\0" + tags))
    command = [sys.executable, "-m", "edge", "render", str(source), str(tmp_path / "made.webp")]
    assert subprocess.run(command, cwd=FOLDER, capture_output=True, check=True, timeout=60).stderr == b""


_MEASURE = """
import resource, sys
from pathlib import Path
from edge.image import render
from edge.contract.policy import load_policy
from edge.contract.url import parse_url
small, big, query = sys.argv[1:]
for name in (small, big):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    render(Path(name).read_bytes(), parse_url("/a.jpg", query, load_policy()).recipe, "webp", policy=load_policy())
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024)
"""
#: Kind, mode, how it is saved, and what is asked of it: the worst of each decoder.
HUNGRIEST = [
    ("png", "RGBA", {}, "w=64"),
    ("png", "RGBA", {}, "w=64&trim=9"),
    ("png", "P", {"transparency": bytes([10] * 256)}, "w=64&trim=9"),
    ("png", "I;16", {"transparency": 7}, "w=64"),
    ("jpeg", "CMYK", {"progressive": True, "subsampling": 0}, "w=64&trim=9"),
    ("tiff", "F", {"compression": "tiff_adobe_deflate"}, "w=64&trim=9"),
    ("tiff", "I", {"compression": "tiff_adobe_deflate"}, "w=64"),
    ("webp", "RGBA", {"lossless": True, "method": 0}, "w=64&trim=9"),
    ("avif", "RGBA", {"speed": 10, "subsampling": "4:4:4"}, "w=64&trim=9"),
]
DEEP = Path(__file__).with_name("files") / "3000-10-alpha.avif"  # Pillow writes eight bits a channel


@pytest.mark.parametrize(("kind", "mode", "options", "query"), HUNGRIEST)
def test_the_biggest_original_is_made_small_within_a_gigabyte(
    kind: str, mode: str, options: dict[str, Any], query: str, tmp_path: Path
) -> None:
    """Measured at a part of the size, since memory grows with the pixels."""
    for side in (8, SIDE):
        (tmp_path / str(side)).write_bytes(saved(Image.new(mode, (side, side), 40), kind, **options))
    check_memory(kind, tmp_path / str(SIDE), query, tmp_path / "8")
    most = most_pixels(kind)
    with pytest.raises(SourceRefused):
        source.check_pixels((most + 1, 1), POLICY, kind)


def test_the_biggest_avif_of_ten_bits_is_made_small_within_a_gigabyte(tmp_path: Path) -> None:
    (tmp_path / "8").write_bytes(saved(quarters((8, 8)), "avif"))
    check_memory("avif", DEEP, "w=64&trim=9", tmp_path / "8")


def most_pixels(kind: str) -> int:
    return POLICY.max_source_pixels // (2 if kind in ("webp", "avif") else 1)


def check_memory(kind: str, big: Path, query: str, small: Path) -> None:
    command = [sys.executable, "-W", "ignore", "-c", _MEASURE, str(small), str(big), query]
    ran = subprocess.run(command, cwd=FOLDER, capture_output=True, check=True, timeout=60)
    assert int(ran.stdout) * most_pixels(kind) / SIDE**2 < GIGABYTE
