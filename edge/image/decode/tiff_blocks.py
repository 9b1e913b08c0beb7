"""The blocks of a TIFF image, its strips or tiles: how many there are, how large, and where their data is.

libtiff and Pillow allocate one block at a time, and decode each, whatever the size of the image is.
https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf, sections 3 and 15
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import ceil

from edge.image.decode.errors import damaged, unsupported
from edge.image.decode.limits import too_many
from edge.image.decode.tiff_directory import VALUES, TiffDirectory
from edge.image.geometry import Size

WIDTH, HEIGHT, BITS, COMPRESSION, SAMPLES, PLANAR = 256, 257, 258, 259, 277, 284
STRIP_OFFSETS, ROWS, STRIP_BYTES = 273, 278, 279
TILE_WIDTH, TILE_HEIGHT, TILE_OFFSETS, TILE_BYTES = 322, 323, 324, 325
#: What the size of a decoder's buffers depends on.
STRUCTURE = (WIDTH, HEIGHT, BITS, COMPRESSION, SAMPLES, ROWS, PLANAR, TILE_WIDTH, TILE_HEIGHT)
SEPARATE = 2
PHOTOMETRIC, YCBCR = 262, 6
_AMBIGUOUS = ({STRIP_OFFSETS, TILE_OFFSETS}, {STRIP_BYTES, TILE_BYTES})
UNCOMPRESSED, OLD_JPEG, JPEG, LZMA, ZSTD = 1, 6, 7, 34925, 50000


@dataclass(frozen=True, slots=True)
class TiffBlocks:
    """``size`` is that of a block in pixels, ``image`` that of all, and ``samples`` how many each pixel of a block has.

    In separate planes there are ``planes`` times as many blocks, of one sample. ``data`` holds the position and the
    length of each block's data, as far as the file says.
    """

    image: Size
    size: Size
    across: int
    down: int
    planes: int
    samples: int
    bits: int
    data: tuple[tuple[int, int], ...]

    @classmethod
    def read(cls, directory: TiffDirectory) -> TiffBlocks:
        """The blocks of the page. Raises `SourceRefused` if they are too many or empty."""
        numbers = directory.numbers
        width, height = numbers.get(WIDTH, 0), numbers.get(HEIGHT, 0)
        if is_tiled(directory):
            size = numbers.get(TILE_WIDTH, 0), numbers.get(TILE_HEIGHT, 0)
            if not all(size):
                raise damaged(f"The TIFF file declares tiles of {size[0]} × {size[1]} pixels")
        else:
            size = width, min(numbers.get(ROWS) or height, height)
        across, down = (ceil(side / max(1, block)) for side, block in zip((width, height), size, strict=True))
        samples = numbers.get(SAMPLES, 3 if numbers.get(COMPRESSION) == OLD_JPEG else 1)
        planes = samples if numbers.get(PLANAR) == SEPARATE else 1
        if across * down * planes > VALUES.value:
            raise too_many(VALUES, "TIFF")
        bits = numbers.get(BITS, 1)
        data = _data(directory, across * down * planes)
        return cls((width, height), size, across, down, planes, samples // planes, bits, data)

    @property
    def count(self) -> int:
        return self.across * self.down * self.planes

    @property
    def bytes(self) -> int:
        """What one decoded block takes."""
        return ceil(self.size[0] * self.bits * self.samples / 8) * self.size[1]

    @property
    def pixels(self) -> int:
        """The pixels of all blocks, the parts that lie outside the image included."""
        return self.across * self.size[0] * self.down * self.size[1]

    @property
    def visible_sizes(self) -> Iterator[Size]:
        """How many pixels of each block lie in the image, across and down."""
        (width, height), (across, down) = self.image, self.size
        for _, y, x in product(range(self.planes), range(0, height, down), range(0, width, across)):
            yield min(across, width - x), min(down, height - y)

    @property
    def are_sparse(self) -> bool:
        """Whether blocks are left out: https://gdal.org/en/stable/drivers/raster/gtiff.html#sparse-files"""
        return (0, 0) in self.data


def is_tiled(directory: TiffDirectory) -> bool:
    """Whether libtiff reads the blocks as tiles: it goes by their size, not by where they are said to lie."""
    return bool(directory.numbers.keys() & {TILE_WIDTH, TILE_HEIGHT})


def _data(directory: TiffDirectory, count: int) -> tuple[tuple[int, int], ...]:
    """Where the first ``count`` blocks lie. A length that is missing is that of the file, as libtiff assumes."""
    if any(tags <= directory.numbers.keys() for tags in _AMBIGUOUS):
        raise unsupported("TIFF", "both strips and tiles", "Save it again with another program.")
    offsets = directory.values(STRIP_OFFSETS) or directory.values(TILE_OFFSETS)
    lengths = directory.values(STRIP_BYTES) or directory.values(TILE_BYTES)
    longest = len(directory.body)
    lengths += (longest,) * (count - len(lengths))
    return tuple((offset, min(length, longest)) for offset, length in zip(offsets[:count], lengths, strict=False))
