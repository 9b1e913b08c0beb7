"""Images whose pixels are made on demand, copies of parts of images, and files written by Pillow."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Any

from PIL import Image

from edge.image.pillow_compat.exif import getexif

if TYPE_CHECKING:
    from PIL._imaging import PixelAccess


class DeferredImage(Image.Image):
    """An image whose pixels are made when they are needed: `load` shows what `pixels` returns."""

    getexif = getexif

    def __init__(self, mode: str, size: tuple[int, int]) -> None:
        super().__init__()
        self._mode, self._size = mode, size

    @abstractmethod
    def pixels(self) -> Image.Image:
        """The pixels to show now, of this image's mode and size; shared, not copied."""

    def load(self) -> PixelAccess | None:
        self._im = self.pixels().im
        return super().load()


class LazyImage(DeferredImage):
    """An image that ``decode`` makes, of the same mode and size, when it is first loaded."""

    def __init__(self, mode: str, size: tuple[int, int], decode: Callable[[], Image.Image]) -> None:
        super().__init__(mode, size)
        self._decode: Callable[[], Image.Image] | None = decode

    def pixels(self) -> Image.Image:
        if self._decode is None:
            return self
        decoded = self._decode()
        decoded.load()
        self._decode = None  # it may hold the pixels, too
        self.palette = decoded.palette
        return decoded


def crop(image: Image.Image, box: tuple[int, int, int, int]) -> Image.Image:
    """A copy of the part ``box`` of ``image``. `Image.crop` would apply the host's `Image.MAX_IMAGE_PIXELS`."""
    image.load()
    return image._new(image.im.crop(box))


def written(image: Image.Image, format_name: str, options: dict[str, Any]) -> bytes:
    """``image`` as a file of that format. Raises what Pillow raises.

    Pillow learns the format from a file name: it would import five plugins for a format that it is told.
    """
    output = BytesIO()
    output.name = f"image.{format_name}"
    image.save(output, **options)
    return output.getvalue()
