"""TIFF files: those that Pillow reads correctly. Others are refused with what is unusual about them."""

from __future__ import annotations

import re
from io import BytesIO

from PIL.TiffImagePlugin import TiffImageFile

from edge.contract.errors import SourceRefused
from edge.contract.formats import BY_NAME
from edge.contract.policy import Policy
from edge.image import pillow_compat
from edge.image.decode import tiff_directory
from edge.image.decode.errors import unsupported
from edge.image.decode.source_file import SourceFile, embedded_profile
from edge.image.decode.tiff_directory import TiffDirectory

_SIGNATURE = re.compile(rb"II\*\0|MM\0\*|II\+\0")
_BITS, _PHOTOMETRIC, _SAMPLES, _PLANAR, _EXTRA, _SAMPLE_FORMAT = 258, 262, 277, 284, 338, 339
_STRIPS, _TILES = 279, 325
_SEPARATE = 2
_UNSIGNED, _SIGNED, _FLOAT = 1, 2, 3
_BIG_ENDIAN = b"MM"


class Tiff(SourceFile):
    """A TIFF file, of which the first page counts. Pillow turns it upright when it decodes it."""

    format = BY_NAME["tiff"]
    signature = _SIGNATURE
    own_limits = (tiff_directory.VALUES, tiff_directory.TAGS)

    image: TiffImageFile

    @classmethod
    def parse(cls, body: bytes, policy: Policy) -> Tiff:
        image = cls._check_size(_open(body, tiff_directory.walk(body)), policy)
        return cls(body=body, image=image, size=image.size, profile=embedded_profile(image), tags=image.tag_v2)


def _open(body: bytes, directory: TiffDirectory) -> TiffImageFile:
    # libtiff combines planes of all kinds, Pillow some.
    separate = directory.numbers.get(_PLANAR) == _SEPARATE
    reader = pillow_compat.TiffFileByLibtiff if separate else pillow_compat.TiffFile
    try:
        image = reader(BytesIO(body))
    except SyntaxError as error:
        described = _PHOTOMETRIC in directory.numbers and directory.numbers.keys() & {_STRIPS, _TILES}
        if described and directory.is_complete:
            raise _unsupported("an unusual combination of channels and sample formats") from error
        raise
    if feature := _misread(image):
        raise _unsupported(feature)
    return image


def _misread(image: TiffImageFile) -> str:
    """A feature that Pillow would decode wrongly."""
    tags = image.tag_v2
    bits, number = max(tags.get(_BITS, (1,))), max(tags.get(_SAMPLE_FORMAT, (_UNSIGNED,)))
    if tags.get(_PLANAR) == _SEPARATE and any(tags.get(_EXTRA, ())) and tags.get(_SAMPLES) != len("RGBA"):
        return "extra channels in separate planes"
    if bits == 8 and number == _SIGNED:
        return "signed 8-bit samples"
    if bits == 32 and number == _UNSIGNED:
        return "unsigned 32-bit samples"
    if bits > 8 and number in (_SIGNED, _FLOAT) and tags.prefix == _BIG_ENDIAN and image.use_load_libtiff:
        return "compressed big-endian signed or float samples"
    return ""


def _unsupported(feature: str) -> SourceRefused:
    return unsupported("TIFF", feature, "Save it with 8 bits a channel, interleaved.")
