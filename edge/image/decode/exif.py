"""What EXIF says about how an image is shown: its orientation and, from some cameras, its colours.

https://www.cipa.jp/std/documents/e/DC-008-Translation-2023-E.pdf
"""

from __future__ import annotations

from PIL import ExifTags

from edge.image.geometry import EXIF_ORIENTATIONS, Orientation
from edge.image.pillow_compat.exif import Exif

#: How EXIF begins in a JPEG, and where programs copied it from one.
PREFIX = b"Exif\0\0"
#: Of Adobe RGB: https://www.cipa.jp/std/documents/e/DC-010-2020_E.pdf
_ADOBE_RGB = "R03"
#: A ColorSpace that says sRGB, which precedes the other.
_SRGB = 1


def parse_exif(data: object) -> Exif:
    """The tags of an EXIF block; none if it is damaged or, as in some files, is not bytes at all."""
    exif = Exif()
    try:
        exif.load(data if isinstance(data, bytes) else b"")
    except Exception:  # Pillow's parser raises nearly every kind on malformed input
        return Exif()
    return exif


def orientation_of(exif: Exif) -> Orientation:
    """How the stored pixels are turned upright; not at all if the tag is absent or invalid."""
    try:
        return EXIF_ORIENTATIONS.get(exif.get(ExifTags.Base.Orientation, 1), Orientation())
    except Exception:  # as above: tags are parsed when they are read
        return Orientation()


def is_adobe_rgb(exif: Exif) -> bool:
    """Whether a camera says so in the interoperability tags, often without an ICC profile."""
    try:
        if exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.ColorSpace) == _SRGB:
            return False
        return exif.get_ifd(ExifTags.IFD.Interop).get(ExifTags.Interop.InteropIndex) == _ADOBE_RGB
    except Exception:  # as above
        return False
