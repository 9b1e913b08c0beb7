"""The pixels of a still picture, decoded no bigger than they will be needed."""

from __future__ import annotations

from PIL import Image, JpegImagePlugin

from edge.image import geometry
from edge.image.colour import modes
from edge.image.decode import libwebp
from edge.image.geometry import Box, Size


def load(image: Image.Image, body: bytes, box: Box, size: Size) -> tuple[Image.Image, int]:
    """An opened picture's pixels, enough to make ``size`` of its part ``box``, and by how much they were shrunk.

    In a mode that `resample.resize` takes. Raises whatever Pillow raises on damage.
    """
    by = geometry.shrink_on_load(box, size)
    found = libwebp.load(body, image.size, by) if image.format == "WEBP" else None
    if found:
        return _working(found[0]), found[1]
    if not isinstance(image, JpegImagePlugin.JpegImageFile) or not _draft(image, by):
        by = 1
    image.load()
    return _working(image), by


def _draft(image: JpegImagePlugin.JpegImageFile, by: int) -> bool:
    """Tells a JPEG's decoder to leave out what nobody will see. Says no where it has decoded already, and where the
    file is lossless, so that there is nothing to leave out."""
    return bool(image.quantization) and image.draft(None, (image.width // by, image.height // by)) is not None


def _working(pixels: Image.Image) -> Image.Image:
    return pixels if pixels.mode == "YCbCr" else modes.to_working_mode(pixels)
