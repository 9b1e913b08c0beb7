"""Copies of functions, and that Pillow reads the globals which are replaced in them."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any

import PIL
import pytest
from PIL import (
    AvifImagePlugin,
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from edge.image.pillow_compat.functions import copied, view
from tests.edge.image import pictures

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


def test_pillow_is_a_version_that_the_engine_was_written_for() -> None:
    """The bound in pyproject.toml keeps a host from installing another one."""
    assert PIL.__version__.split(".")[0] == "13"


def test_a_copy_sees_other_globals_and_the_function_does_not() -> None:
    copy = copied(pictures.quarters, {"Image": view(Image, new=lambda *_: Image.new("L", (1, 1)))})
    assert copy.__kwdefaults__ == pictures.quarters.__kwdefaults__
    assert copied(pictures.saved, {})(pictures.quarters(), "png") == pictures.saved(pictures.quarters(), "png")


def test_a_view_has_the_modules_names_but_those_that_are_given() -> None:
    seen = view(ImageFile, LOAD_TRUNCATED_IMAGES="ours")
    assert (seen.LOAD_TRUNCATED_IMAGES, seen.Parser) == ("ours", ImageFile.Parser)
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False
