"""The tags of EXIF blocks and TIFF files, read without warnings."""

from __future__ import annotations

import struct
from io import BytesIO

import pytest
from PIL import ExifTags, Image, TiffImagePlugin, WebPImagePlugin

from edge.image.pillow_compat.exif import Exif, raw_tag
from edge.image.pillow_compat.webp import WebPFile
from tests.edge.image.pictures import quarters, saved


def test_readers_find_exif_without_a_warning() -> None:
    """A tag that claims more bytes than the file has makes Pillow warn."""
    oversized = b"II*\0\x08\0\0\0\2\0" + struct.pack("<HHII", 270, 2, 4_000_000, 8) + struct.pack("<HHII", 274, 3, 1, 6)
    body = saved(quarters(), "webp", exif=b"Exif\0\0" + oversized + bytes(4))
    with pytest.warns(UserWarning, match="larger than file"):
        WebPImagePlugin.WebPImageFile(BytesIO(body)).getexif()
    assert dict(WebPFile(BytesIO(body)).getexif()) == {274: 6}


def test_exif_reads_nested_directories() -> None:
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.IFD.Interop] = {1: "R03"}
    found = Exif()
    found.load(exif.tobytes())
    assert found.get_ifd(ExifTags.IFD.Interop) == {1: "R03"}
    assert found._get_ifd_dict("text") is None  # type: ignore[arg-type]  # an offset of the wrong type


def test_exif_can_be_emptied_and_loaded_again() -> None:
    exif = Exif()
    exif[274] = 6
    body = exif.tobytes()
    exif.load(body)
    assert dict(exif) == {274: 6}
    exif.load(b"")
    assert dict(exif) == {}


@pytest.mark.parametrize(("kind", "content"), [(4, b"\x1c\2t\0\4name"), (7, b"\x1c\2t\0\4na")])
def test_a_raw_tag_has_the_bytes_of_the_file(kind: int, content: bytes) -> None:
    """IPTC blocks are stored as bytes and as 32-bit numbers. Of several numbers Pillow would return the first."""
    content += bytes(-len(content) % 4)
    entry = struct.pack("<HHII", 33723, kind, len(content) // (4 if kind == 4 else 1), 26)
    exif = Exif()
    exif.load(b"II*\0\x08\0\0\0\1\0" + entry + bytes(4) + content)
    assert raw_tag(exif, 33723) == content
    assert raw_tag(exif, 1) == raw_tag(Exif(), 1) == b""
    directory = TiffImagePlugin.ImageFileDirectory_v2()
    directory._tagdata[33723] = content
    assert raw_tag(directory, 33723) == content
