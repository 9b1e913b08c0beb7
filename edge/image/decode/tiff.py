"""TIFF files: those that Pillow reads correctly. Others are refused with what is unusual about them."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImagePalette
from PIL.TiffImagePlugin import COMPRESSION_INFO, TiffImageFile

from edge.contract.errors import SourceRefused
from edge.contract.formats import BY_NAME
from edge.contract.policy import Policy
from edge.image.decode import tiff_directory, tiff_jpeg, tiff_limits, tiff_lzma
from edge.image.decode.errors import damaged, unsupported
from edge.image.decode.source_file import SourceFile, embedded_profile
from edge.image.decode.tiff_blocks import (
    BITS,
    COMPRESSION,
    JPEG,
    OLD_JPEG,
    PHOTOMETRIC,
    PLANAR,
    SAMPLES,
    SEPARATE,
    STRIP_BYTES,
    STRIP_OFFSETS,
    STRUCTURE,
    TILE_BYTES,
    UNCOMPRESSED,
    YCBCR,
    TiffBlocks,
    is_tiled,
)
from edge.image.decode.tiff_directory import TiffDirectory
from edge.image.pillow_compat.tiff import TiffFile, TiffFileByLibtiff

_COLOUR_MAP, _EXTRA, _SAMPLE_FORMAT = 320, 338, 339
_DEPTH, _JPEG_TABLES = 32997, 347
_UNSIGNED, _SIGNED, _FLOAT = 1, 2, 3
_BIG_ENDIAN = b"MM"
#: Compressions that are not read. Pillow knows WebP, but the libtiff in its packages does not.
#: https://www.awaresystems.be/imaging/tiff/tifftags/compression.html
_COMPRESSIONS = {
    9: "JBIG",
    10: "JBIG",
    22610: "JPEG XR",
    32908: "Pixar",
    32909: "Pixar",
    33003: "JPEG 2000",
    33004: "JPEG 2000",
    33005: "JPEG 2000",
    34661: "JBIG",
    34712: "JPEG 2000",
    34887: "LERC",
    34892: "lossy DNG",
    34933: "PNG",
    34934: "JPEG XR",
    50001: "WebP",
    50002: "JPEG XL",
    52546: "JPEG XL",
}


@dataclass(frozen=True, kw_only=True)
class Tiff(SourceFile):
    """A TIFF file, of which the first page counts. Pillow turns it upright when it decodes it."""

    format = BY_NAME["tiff"]
    own_limits = (
        tiff_directory.VALUES,
        tiff_directory.TAGS,
        tiff_limits.BLOCK_PIXELS,
        tiff_limits.MEMORY,
        tiff_limits.DATA_BYTES,
        tiff_jpeg.SCANS,
        tiff_lzma.DICTIONARY,
    )

    image: TiffImageFile
    blocks: TiffBlocks

    @classmethod
    def parse(cls, body: bytes, policy: Policy) -> Tiff:
        directory = tiff_directory.walk(body)
        if feature := _unreadable(directory):
            raise _unsupported(feature)
        blocks = TiffBlocks.read(directory)
        if blocks.are_sparse:
            raise _unsupported("strips or tiles without data")
        image = cls._check_size(_open(body, directory), policy)
        tiff_limits.check(image, directory, blocks, policy)
        if not image.use_load_libtiff:
            # Pillow would decode each further block over the first ones, and read them in small pieces.
            image.tile = image.tile[: blocks.count]
            image.decodermaxblock = min(max(1, blocks.bytes), len(body))
        profile = embedded_profile(image)
        return cls(body=body, image=image, size=image.size, blocks=blocks, profile=profile, tags=image.tag_v2)

    def _decode(self, factor: int) -> tuple[Image.Image, int]:
        if self.tags.get(COMPRESSION) == JPEG:
            tables = self.tags.get(_JPEG_TABLES, b"")
            if not tiff_jpeg.are_complete(self.body, self.blocks, tables if isinstance(tables, bytes) else b""):
                raise EOFError("pixels are missing")
        return super()._decode(factor)


def _unreadable(directory: TiffDirectory) -> str:
    """A feature that Pillow does not know, or knows and does not decode in a bounded time."""
    compression = directory.numbers.get(COMPRESSION, UNCOMPRESSED)
    if compression not in COMPRESSION_INFO or compression in _COMPRESSIONS:
        return f"{_COMPRESSIONS.get(compression, 'unknown')} compression ({compression})"
    if directory.numbers.get(PLANAR) == SEPARATE:
        if compression == OLD_JPEG:
            return "old JPEG compression in separate planes"  # libtiff starts each strip at the first one
        if compression == JPEG and directory.numbers.get(PHOTOMETRIC) == YCBCR:
            return "JPEG compression of YCbCr in separate planes"  # whose sizes differ
    if directory.numbers.get(_DEPTH, 1) > 1:
        return "several layers of depth"
    return ""


def _open(body: bytes, directory: TiffDirectory) -> TiffImageFile:
    try:
        image = _reader(directory)(BytesIO(body))
    except SyntaxError as error:
        described = PHOTOMETRIC in directory.numbers and directory.numbers.keys() & {STRIP_BYTES, TILE_BYTES}
        if described and directory.is_complete:
            raise _unsupported("an unusual combination of channels and sample formats") from error
        raise
    if any(_first(image.tag_v2.get(tag)) != directory.numbers.get(tag) for tag in STRUCTURE):
        raise damaged("The TIFF file describes its pixels twice")  # and Pillow sees other numbers than libtiff
    if feature := _misread(image):
        raise _unsupported(feature)
    if image.mode in ("P", "PA"):
        image.palette = _palette(image)
    return image


def _first(value: object) -> object:
    return value[0] if isinstance(value, tuple) and value else value


def _reader(directory: TiffDirectory) -> type[TiffImageFile]:
    """libtiff also reads what Pillow's own code for uncompressed files does not: planes of all kinds, subsampled
    colours, and tiles that are said to be strips.
    """
    numbers = directory.numbers
    tiles_as_strips = is_tiled(directory) and STRIP_OFFSETS in numbers
    by_libtiff = numbers.get(PLANAR) == SEPARATE or numbers.get(PHOTOMETRIC) == YCBCR or tiles_as_strips
    return TiffFileByLibtiff if by_libtiff else TiffFile


def _palette(image: TiffImageFile) -> ImagePalette.ImagePalette:
    """The colour map in 8 bits. Many programs wrote 8 bits, where the format has 16, as libtiff knows, too.

    checkcmap in https://gitlab.com/libtiff/libtiff/-/blob/master/libtiff/tif_getimage.c
    """
    values = image.tag_v2[_COLOUR_MAP]
    is_8_bit = max(values) < 256
    return ImagePalette.raw("RGB;L", bytes(value if is_8_bit else value // 256 for value in values))


def _misread(image: TiffImageFile) -> str:
    """A feature that Pillow would decode wrongly."""
    tags = image.tag_v2
    bits, number = max(tags.get(BITS, (1,))), max(tags.get(_SAMPLE_FORMAT, (_UNSIGNED,)))
    if tags.get(PLANAR) == SEPARATE and any(tags.get(_EXTRA, ())) and tags.get(SAMPLES) != len("RGBA"):
        return "extra channels in separate planes"
    if bits == 8 and number == _SIGNED:
        return "signed 8-bit samples"
    if bits == 32 and number == _UNSIGNED:
        return "unsigned 32-bit samples"
    if bits > 8 and number in (_SIGNED, _FLOAT) and tags.prefix == _BIG_ENDIAN and image.use_load_libtiff:
        return "compressed big-endian signed or float samples"
    return ""


def _unsupported(feature: str) -> SourceRefused:
    return unsupported("TIFF", feature, "Save it with 8 bits a channel, interleaved, and LZW compression.")
