"""The pixels of a still picture, decoded no bigger than they will be needed."""

from __future__ import annotations

from PIL import Image, JpegImagePlugin

from edge.image import colour, geometry, resample, webp
from edge.image.geometry import Box, Size


def load(image: Image.Image, body: bytes, box: Box, size: Size, *, is_light: bool) -> tuple[Image.Image, int]:
    """An opened picture's pixels, enough to make ``size`` of its part ``box``, and by how much they were shrunk.

    In a mode that `resample.resize` takes, with the same ``is_light``. Raises whatever Pillow raises on damage.
    """
    by = geometry.shrink_on_load(box, size)
    if image.format == "WEBP" and (found := webp.load(body, image.size, by)):
        return _working(found[0]), found[1]
    if not isinstance(image, JpegImagePlugin.JpegImageFile) or not _draft(image, box, by, is_light):
        by = 1
    image.load()
    return _working(image), by


def _draft(image: JpegImagePlugin.JpegImageFile, box: Box, by: int, is_light: bool) -> bool:
    """Tells a JPEG's decoder to leave out what nobody will see. Says no where it has decoded already."""
    luma_first = is_light and by > 1 and _is_luma_first(image) and resample.is_affordable(box, by)
    width, height = image.size
    return image.draft("YCbCr" if luma_first else None, (width // by, height // by)) is not None


def _is_luma_first(image: JpegImagePlugin.JpegImageFile) -> bool:
    """Whether a JPEG holds YCbCr, which libjpeg cannot give of one that holds RGB.

    https://www.itu.int/rec/T-REC-T.872 says how to tell, and libjpeg's default_decompress_parms does it.
    """
    return image.mode == "RGB" and image.info.get("adobe_transform") != 0 and image.layer[0][0] != ord("R")


def _working(pixels: Image.Image) -> Image.Image:
    return pixels if pixels.mode == "YCbCr" else colour.working(pixels)
