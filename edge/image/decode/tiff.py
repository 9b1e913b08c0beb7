"""TIFFs: those that Pillow reads right, opened; of the others, what is so unusual in them."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, TiffImagePlugin

from edge.contract.errors import SourceRefused
from edge.image import pillow_compat

_BITS, _PHOTOMETRIC, _CHANNELS, _PLANES, _FURTHER, _NUMBERS = 258, 262, 277, 284, 338, 339
_STRIPS, _TILES = 279, 325
_SEPARATE = 2
_UNSIGNED, _SIGNED, _FLOAT = 1, 2, 3
_BIG_ENDIAN = b"MM"
_BIG = 43


def opened(body: bytes, _most: int) -> Image.Image:
    """The first page. Raises `SourceRefused` for kinds that cannot be read, and `SyntaxError` for what is no TIFF."""
    tags = _tags(body)
    try:
        # libtiff joins planes of all kinds, Pillow some.
        reader = pillow_compat.TiffFileByLibtiff if tags.get(_PLANES) == _SEPARATE else pillow_compat.TiffFile
        image = reader(BytesIO(body))
    except SyntaxError as error:
        if _PHOTOMETRIC in tags and (_STRIPS in tags or _TILES in tags):  # whole, as far as that
            raise _unsupported("numbers or channels of an unusual kind") from error
        raise
    if reason := _misread(image):
        raise _unsupported(reason)
    return image


def _tags(body: bytes) -> pillow_compat.TagDirectory:
    tags = pillow_compat.TagDirectory(body[: 16 if body[2] == _BIG else 8])
    file = BytesIO(body)
    file.seek(tags.next)
    tags.load(file)
    return tags


def _misread(image: TiffImagePlugin.TiffImageFile) -> str:
    """What of it Pillow would take for something else."""
    tags = image.tag_v2
    bits, numbers = max(tags.get(_BITS, (1,))), max(tags.get(_NUMBERS, (_UNSIGNED,)))
    if tags.get(_PLANES) == _SEPARATE and any(tags.get(_FURTHER, ())) and tags.get(_CHANNELS) != len("RGBA"):
        return "further channels in separate planes"
    if bits == 8 and numbers == _SIGNED:
        return "8-bit numbers with sign"
    if bits == 32 and numbers == _UNSIGNED:
        return "32-bit whole numbers without sign"
    if bits > 8 and numbers in (_SIGNED, _FLOAT) and tags.prefix == _BIG_ENDIAN and image.use_load_libtiff:
        return "compressed numbers with sign or point, highest byte first"
    return ""


def _unsupported(what: str) -> SourceRefused:
    return SourceRefused.unsupported(
        f"The TIFF file has {what}, which is not read; save it with 8 bits a channel, interleaved."
    )
