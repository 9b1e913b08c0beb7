"""TIFFs: those that Pillow reads right, opened; of the others, what is so unusual in them."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, TiffImagePlugin

from edge.errors import SourceRefused

_BITS, _COMPRESSION, _PHOTOMETRIC, _PLANES, _NUMBERS = 258, 259, 262, 284, 339
_RAW, _SEPARATE = 1, 2
_STRIPS, _TILES = 279, 325
_UNSIGNED, _SIGNED, _FLOAT = 1, 2, 3
_BIG = 43


def opened(body: bytes, _most: int) -> Image.Image:
    """The first page. Raises `SourceRefused` for kinds that cannot be read, and `SyntaxError` for what is no TIFF."""
    try:
        image = TiffImagePlugin.TiffImageFile(BytesIO(body))
    except SyntaxError as error:
        if _is_whole(body):
            raise _unsupported("numbers or channels of an unusual kind") from error
        raise
    if reason := _misread(image):
        raise _unsupported(reason)
    return image


def _is_whole(body: bytes) -> bool:
    """Whether the tags go on to those that say where the pixels are."""
    tags = TiffImagePlugin.ImageFileDirectory_v2(body[: 16 if body[2] == _BIG else 8])
    file = BytesIO(body)
    file.seek(tags.next)
    tags.load(file)
    return _PHOTOMETRIC in tags and (_STRIPS in tags or _TILES in tags)


def _misread(image: TiffImagePlugin.TiffImageFile) -> str:
    """What of it Pillow would take for something else."""
    tags = image.tag_v2
    bits, numbers = max(tags.get(_BITS, (1,))), max(tags.get(_NUMBERS, (_UNSIGNED,)))
    raw = tags.get(_COMPRESSION, _RAW) == _RAW
    if bits == 16 and tags.get(_PLANES) == _SEPARATE and raw:
        return "16 bits in separate planes without compression"
    if bits == 32 and numbers == _UNSIGNED:
        return "32-bit whole numbers without sign"
    if bits > 8 and numbers in (_SIGNED, _FLOAT) and tags.prefix == b"MM" and not raw:
        return "compressed numbers with sign or point, highest byte first"
    return ""


def _unsupported(what: str) -> SourceRefused:
    return SourceRefused.unsupported(
        f"The TIFF file has {what}, which is not read; a picture must have 8 or 16 bits a channel, interleaved."
    )
