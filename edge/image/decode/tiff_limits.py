"""What a TIFF file may cost to decode, by the numbers in its directory."""

from __future__ import annotations

from fractions import Fraction

from PIL.TiffImagePlugin import TiffImageFile

from edge.contract.policy import Policy
from edge.image.decode import tiff_jpeg, tiff_lzma
from edge.image.decode.limits import Limit, LimitExceeded, rounded_down, rounded_up
from edge.image.decode.tiff_blocks import (
    COMPRESSION,
    JPEG,
    LZMA,
    PHOTOMETRIC,
    ROWS,
    UNCOMPRESSED,
    YCBCR,
    ZSTD,
    TiffBlocks,
    is_tiled,
)
from edge.image.decode.tiff_directory import TiffDirectory

#: Blocks may exceed the image, and are decoded whole. Tiles of common sizes add a twentieth to a large image.
BLOCK_PIXELS = Limit("tiff_block_pixels", 2, "times `max_source_pixels`")
#: The image as Pillow keeps it, a second one if it is turned upright, and one block.
MEMORY = Limit("tiff_memory", 9, "bytes for each pixel of `max_source_pixels`")
#: Some programs store one empty tile for all. A decoder reads all data of a block, also where no pixel comes of it.
DATA_BYTES = Limit("tiff_data_bytes", Fraction(1), "max_source_bytes")

#: Bytes that Pillow keeps for a pixel; four in all other modes.
_PIXEL_BYTES = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2}
_ORIENTATION = 274
#: What a decoder keeps of a block to copy from, at most. It allocates as much as the data says, and fills as much of it
#: as the block has: https://tukaani.org/xz/xz-file-format.txt, 5.3.1, and RFC 8878, 3.1.1.1.2, as libzstd bounds it.
_DICTIONARIES = {LZMA: 1 << 32, ZSTD: 1 << 27}
_ALL_ROWS = (1 << 32) - 1


def check(image: TiffImageFile, directory: TiffDirectory, blocks: TiffBlocks, policy: Policy) -> None:
    """Raises `LimitExceeded` if an opened ``image`` costs more than its size warrants. Nothing is decoded.

    And `SourceRefused` if JPEG images in it are smaller than they should be.
    """
    most = BLOCK_PIXELS.of(policy.max_source_pixels)
    if blocks.pixels > most:
        raise LimitExceeded(
            BLOCK_PIXELS,
            f"The strips or tiles of the TIFF file have {_millions(blocks.pixels, most)} megapixels. "
            "Save it with smaller tiles.",
        )
    needed, most = _memory(image, directory, blocks), MEMORY.of(policy.max_source_pixels)
    if needed > most:
        raise LimitExceeded(
            MEMORY,
            f"The TIFF file takes {_millions(needed, most)} MB to decode. "
            "Save it in smaller strips or tiles, or make the image smaller.",
        )
    if directory.numbers.get(COMPRESSION, UNCOMPRESSED) == UNCOMPRESSED:
        return  # only as many bytes are read as pixels need
    found, most = sum(length for _, length in blocks.data), DATA_BYTES.of(policy.max_source_bytes)
    if found > most:
        raise LimitExceeded(
            DATA_BYTES,
            f"The strips or tiles of the TIFF file share their data, which counts each time: "
            f"{_millions(found, most)} MB. Save it again with another program.",
        )
    if directory.numbers[COMPRESSION] == LZMA:
        tiff_lzma.check_dictionaries(directory.body, blocks)
    if directory.numbers[COMPRESSION] == JPEG:
        tiff_jpeg.check_scans(directory.body, blocks)
        tiff_jpeg.check_frames(directory.body, blocks)


def _millions(found: int, most: int) -> str:
    return f"{rounded_up(found / 1e6)} of at most {rounded_down(most / 1e6)}"


def _memory(image: TiffImageFile, directory: TiffDirectory, blocks: TiffBlocks) -> int:
    """Bytes that are allocated at once."""
    turned = 2 if directory.numbers.get(_ORIENTATION, 1) > 1 else 1
    pixels = turned * image.width * image.height * _PIXEL_BYTES.get(image.mode, 4)
    if not image.use_load_libtiff:
        return pixels + min(blocks.bytes, len(directory.body))
    compression = directory.numbers.get(COMPRESSION, UNCOMPRESSED)
    block = blocks.bytes + min(blocks.bytes, _DICTIONARIES.get(compression, 0))
    if directory.numbers.get(PHOTOMETRIC) == YCBCR and not (compression == JPEG and blocks.planes == 1):
        block += _rgba_bytes(image, directory, blocks)
    coefficients = tiff_jpeg.coefficient_bytes(directory.body, blocks) if compression == JPEG else 0
    # Those of an only block are freed before its pixels are copied.
    return block + (max(pixels, coefficients) if blocks.count == 1 else pixels + coefficients)


def _rgba_bytes(image: TiffImageFile, directory: TiffDirectory, blocks: TiffBlocks) -> int:
    """What Pillow allocates for each row of blocks that libtiff converts to RGBA, rows below the image included."""
    rows = blocks.size[1] if is_tiled(directory) else directory.numbers.get(ROWS, _ALL_ROWS)
    return 4 * image.width * (image.height if rows == _ALL_ROWS else rows)
