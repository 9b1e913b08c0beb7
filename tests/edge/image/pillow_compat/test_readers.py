"""Readers that decode as Pillow does, without the globals of the process."""

from __future__ import annotations

from io import BytesIO

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

from edge.image.pillow_compat.avif import AvifFile
from edge.image.pillow_compat.gif import GifFile
from edge.image.pillow_compat.jpeg import JpegFile
from edge.image.pillow_compat.png import PngFile
from edge.image.pillow_compat.tiff import TiffFile, TiffFileByLibtiff
from edge.image.pillow_compat.webp import WebPFile
from tests.edge.image.pictures import quarters, saved

READERS = [
    (AvifFile, AvifImagePlugin.AvifImageFile, "avif"),
    (GifFile, GifImagePlugin.GifImageFile, "gif"),
    (JpegFile, JpegImagePlugin.JpegImageFile, "jpeg"),
    (PngFile, PngImagePlugin.PngImageFile, "png"),
    (WebPFile, WebPImagePlugin.WebPImageFile, "webp"),
    (TiffFile, TiffImagePlugin.TiffImageFile, "tiff"),
    (TiffFileByLibtiff, TiffImagePlugin.TiffImageFile, "tiff"),
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
