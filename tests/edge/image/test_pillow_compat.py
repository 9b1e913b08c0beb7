"""Each part of Pillow's private API that the engine uses still exists and means the same."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable
from io import BytesIO
from types import FunctionType
from typing import Any

import PIL
import pytest
from PIL import (
    AvifImagePlugin,
    ExifTags,
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from edge.image import pillow_compat
from tests.edge.image import encoders
from tests.edge.image.pictures import noise, quarters, saved

#: Which of Pillow's functions reads which of its module's globals.
GLOBALS: list[tuple[Callable[..., Any], set[str]]] = [
    (ImageFile.ImageFile.load, {"LOAD_TRUNCATED_IMAGES"}),
    (Image.Image.getexif, {"Exif"}),
    (PngImagePlugin.ChunkStream.crc, {"ImageFile"}),
    (PngImagePlugin.PngImageFile._open, {"PngStream", "ImageFile"}),
    (TiffImagePlugin.TiffImageFile._open, {"ImageFileDirectory_v2"}),
    (TiffImagePlugin.TiffImageFile._setup, {"OPEN_INFO", "READ_LIBTIFF"}),
    (TiffImagePlugin.TiffImageFile.load_prepare, {"Image"}),
    (TiffImagePlugin.ImageFileDirectory_v2.load, {"warnings"}),
    (TiffImagePlugin.ImageFileDirectory_v2._setitem, {"warnings"}),
    (GifImagePlugin.GifImageFile._seek, {"Image"}),
    (JpegImagePlugin.JpegImageFile.load_read, {"ImageFile"}),
    (WebPImagePlugin.WebPImageFile._open, {"Image"}),
    (AvifImagePlugin.AvifImageFile._open, {"Image", "DECODE_CODEC_CHOICE"}),
]


@pytest.mark.parametrize(("function", "names"), GLOBALS, ids=lambda value: getattr(value, "__qualname__", ""))
def test_pillows_functions_read_the_globals_that_are_replaced(function: Callable[..., Any], names: set[str]) -> None:
    assert isinstance(function, FunctionType)
    assert names <= set(function.__code__.co_names)


READERS = [
    (pillow_compat.AvifFile, AvifImagePlugin.AvifImageFile, "avif"),
    (pillow_compat.GifFile, GifImagePlugin.GifImageFile, "gif"),
    (pillow_compat.JpegFile, JpegImagePlugin.JpegImageFile, "jpeg"),
    (pillow_compat.PngFile, PngImagePlugin.PngImageFile, "png"),
    (pillow_compat.WebPFile, WebPImagePlugin.WebPImageFile, "webp"),
    (pillow_compat.TiffFile, TiffImagePlugin.TiffImageFile, "tiff"),
    (pillow_compat.TiffFileByLibtiff, TiffImagePlugin.TiffImageFile, "tiff"),
]


@pytest.mark.parametrize(("reader", "plugin", "name"), READERS, ids=lambda value: getattr(value, "__name__", value))
def test_each_reader_decodes_what_pillows_own_does(
    reader: type[ImageFile.ImageFile], plugin: type[ImageFile.ImageFile], name: str
) -> None:
    body = saved(quarters(), name)
    ours, theirs = reader(BytesIO(body)), plugin(BytesIO(body))
    assert isinstance(ours, plugin)
    assert (ours.format, ours.mode, ours.size) == (theirs.format, theirs.mode, theirs.size)
    assert ours.tobytes() == theirs.tobytes()


def test_a_reader_does_not_change_pillows_own_class() -> None:
    registered = [factory for factory, _ in Image.OPEN.values()]
    for reader, plugin, _ in READERS:
        assert issubclass(reader, plugin)
        assert reader not in registered


def test_readers_find_exif_without_a_warning() -> None:
    """A tag that claims more bytes than the file has makes Pillow warn."""
    oversized = b"II*\0\x08\0\0\0\2\0" + struct.pack("<HHII", 270, 2, 4_000_000, 8) + struct.pack("<HHII", 274, 3, 1, 6)
    body = saved(quarters(), "webp", exif=b"Exif\0\0" + oversized + bytes(4))
    with pytest.warns(UserWarning, match="larger than file"):
        WebPImagePlugin.WebPImageFile(BytesIO(body)).getexif()
    assert dict(pillow_compat.WebPFile(BytesIO(body)).getexif()) == {274: 6}


def test_exif_reads_nested_directories() -> None:
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.IFD.Interop] = {1: "R03"}
    found = pillow_compat.Exif()
    found.load(exif.tobytes())
    assert found.get_ifd(ExifTags.IFD.Interop) == {1: "R03"}
    assert found._get_ifd_dict("text") is None  # type: ignore[arg-type]  # an offset of the wrong type


def test_exif_can_be_emptied_and_loaded_again() -> None:
    exif = pillow_compat.Exif()
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
    exif = pillow_compat.Exif()
    exif.load(b"II*\0\x08\0\0\0\1\0" + entry + bytes(4) + content)
    assert pillow_compat.raw_tag(exif, 33723) == content
    assert pillow_compat.raw_tag(exif, 1) == pillow_compat.raw_tag(pillow_compat.Exif(), 1) == b""
    directory = TiffImagePlugin.ImageFileDirectory_v2()
    directory._tagdata[33723] = content
    assert pillow_compat.raw_tag(directory, 33723) == content


def test_a_deferred_image_shows_the_pixels_that_it_is_given() -> None:
    class Changing(pillow_compat.DeferredImage):
        calls = 0

        def pixels(self) -> Image.Image:
            self.calls += 1
            return Image.new("RGB", (2, 1), (self.calls, 0, 0))

    image = Changing("RGB", (2, 1))
    assert (image.mode, image.size, image.calls) == ("RGB", (2, 1), 0)
    assert [image.getpixel((0, 0)) for _ in range(2)] == [(1, 0, 0), (2, 0, 0)]
    assert image.resize((1, 1)).getpixel((0, 0)) == (3, 0, 0)
    assert isinstance(image.getexif(), pillow_compat.Exif)


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_crop_copies_pixels(mode: str) -> None:
    image = noise((9, 7), mode)
    box = (2, 1, 8, 6)
    found = pillow_compat.crop(image, box)
    assert (found.mode, found.size, found.tobytes()) == (mode, (6, 5), image.crop(box).tobytes())
    assert found.getpalette() == image.crop(box).getpalette()


@pytest.mark.parametrize(
    ("colours", "bits", "raw_mode"),
    [(0, 1, "1"), (0, 2, "L;2"), (0, 4, "L;4"), (0, 8, "L"), (0, 16, "I;16B"), (2, 8, "RGB"), (2, 16, "RGB;16B")],
)
def test_the_raw_mode_of_a_png_names_its_samples(colours: int, bits: int, raw_mode: str) -> None:
    bands = 3 if colours else 1
    image = pillow_compat.PngFile(BytesIO(encoders.png(colours, bits, lambda _x, _y: [0] * bands)))
    assert pillow_compat.png_raw_mode(image) == raw_mode
    image.load()
    assert pillow_compat.png_raw_mode(image) == ""


def test_pillows_webp_module_holds_libwebp() -> None:
    library = ctypes.CDLL(pillow_compat.webp_library())
    assert library.WebPGetFeaturesInternal
    assert library.WebPDecodeRGBAInto


def test_gif_image_data_is_a_frame_with_or_without_a_palette() -> None:
    image = quarters((40, 30)).quantize(4)
    palette = bytes(image.getpalette() or ())[:12]
    screen = b"GIF89a" + struct.pack("<2H3B", 50, 40, 0x81, 0, 0) + palette
    for with_palette in (False, True):
        data = pillow_compat.gif_image_data(image, (5, 7), with_palette=with_palette)
        assert data[:9] == struct.pack("<c4H", b",", 5, 7, 40, 30)
        assert bool(data[9] & 0x80) == with_palette
        with Image.open(BytesIO(screen + data + b";")) as gif:
            assert gif.convert("RGB").crop((5, 7, 45, 37)).tobytes() == quarters((40, 30)).tobytes()


def test_a_jpeg_can_be_saved_with_its_own_tables() -> None:
    """`encode.still` relies on ``quality="keep"``."""
    original = pillow_compat.JpegFile(BytesIO(saved(quarters(), "jpeg", quality=42, subsampling="4:2:0")))
    again = pillow_compat.JpegFile(BytesIO(saved(original, "jpeg", quality="keep")))
    assert again.quantization == original.quantization
    assert pillow_compat.has_usual_sampling(again)


@pytest.mark.parametrize(
    ("mode", "sampling", "expected"),
    [("L", 0, [(1, 1, 1, 0)]), ("RGB", 0, [(1, 1, 1, 0), (2, 1, 1, 1), (3, 1, 1, 1)]),
     ("RGB", 1, [(1, 2, 1, 0), (2, 1, 1, 1), (3, 1, 1, 1)]), ("RGB", 2, [(1, 2, 2, 0), (2, 1, 1, 1), (3, 1, 1, 1)])],
)  # fmt: skip
def test_a_jpeg_lists_its_components(mode: str, sampling: int, expected: list[tuple[int, ...]]) -> None:
    body = saved(quarters().convert(mode), "jpeg", subsampling=sampling)
    image = pillow_compat.JpegFile(BytesIO(body))
    assert pillow_compat.jpeg_components(image) == expected
    assert pillow_compat.jpeg_component_count(image) == len(expected)
    assert pillow_compat.has_usual_sampling(image)


def test_a_jpeg_with_an_unusual_sampling_is_recognised() -> None:
    body = bytearray(saved(quarters(), "jpeg", subsampling=0))
    body[body.index(b"\xff\xc0") + 14] = 0x12  # the second component
    assert not pillow_compat.has_usual_sampling(pillow_compat.JpegFile(BytesIO(bytes(body))))


def test_a_jpeg_tells_whether_it_is_progressive_and_reads_no_metadata() -> None:
    """Pillow's own reader stops at these segments."""
    whole = saved(quarters(), "jpeg", progressive=True)
    image = pillow_compat.JpegFile(BytesIO(whole[:2] + b"\xff\xe0\0\x06JFIF\xff\x01" + whole[2:]))
    assert {"progression", "progressive"} == image.info.keys()
    image.load()


def test_a_png_can_be_read_in_another_raw_mode() -> None:
    """Of 16 bits a channel, little-endian reading keeps the lower eight."""
    image = pillow_compat.PngFile(BytesIO(encoders.png(2, 16, lambda *_: (0x1234, 0x5678, 0x9ABC))))
    assert pillow_compat.png_raw_mode(image) == "RGB;16B"
    pillow_compat.set_png_raw_mode(image, "RGB;16L")
    assert image.getpixel((0, 0)) == (0x34, 0x78, 0xBC)


def test_a_lazy_image_is_decoded_once() -> None:
    calls = []

    def decode() -> Image.Image:
        calls.append(1)
        return quarters()

    image = pillow_compat.LazyImage("RGB", quarters().size, decode)
    assert calls == []
    assert image.tobytes() == quarters().tobytes()
    image.load()
    assert calls == [1]


def test_pillow_is_a_version_that_the_engine_was_written_for() -> None:
    """The bound in pyproject.toml keeps a host from installing another one."""
    assert PIL.__version__.split(".")[0] == "13"
