"""What every format of originals has in common: the base class of the classes that read one format each."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import ClassVar, TypeVar

from PIL import Image
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from edge.contract.errors import EdgeError, SourceRefused
from edge.contract.formats import FileFormat
from edge.contract.policy import Policy
from edge.image import geometry
from edge.image.colour import modes
from edge.image.decode import limits
from edge.image.decode.errors import damaged
from edge.image.decode.limits import Limit
from edge.image.decode.source import SavedQuality, Source
from edge.image.geometry import Box, Orientation, Size
from edge.image.pillow_compat.exif import Exif

Tags = Image.Exif | ImageFileDirectory_v2
_UPRIGHT = Orientation()
_Image = TypeVar("_Image", bound=Image.Image)


@dataclass(frozen=True, kw_only=True)
class SourceFile(ABC):
    """One original: all that its header says, read once, and the image that Pillow opened from it.

    No pixel is decoded until `load` is called. Each subclass reads one format; `edge.image.decode.registry` lists them.
    """

    format: ClassVar[FileFormat]
    #: The limit on an image's pixels, and all limits that only this format has.
    pixel_limit: ClassVar[Limit] = limits.PIXELS
    own_limits: ClassVar[tuple[Limit, ...]] = ()

    body: bytes = field(repr=False)
    #: Decoding may change its size, for it may be reduced.
    image: Image.Image
    #: Width and height as stored, in pixels.
    size: Size
    #: 1 for a still image. Formats whose frames are counted here count to one above the policy's ``max_frames``.
    frames: int = 1
    #: How often an animation plays; 0 is forever.
    plays: int = 0
    #: How the stored pixels are turned upright.
    orientation: Orientation = _UPRIGHT
    #: An ICC profile; None for sRGB and if the file does not say.
    profile: bytes | None = None
    #: The tags of its EXIF or, in TIFF, its own.
    tags: Tags = field(default_factory=Exif)

    @classmethod
    @abstractmethod
    def parse(cls, body: bytes, policy: Policy) -> SourceFile:
        """Reads a file of this format. Raises `SourceRefused`, or whatever Pillow raises on damage."""

    @property
    def source(self) -> Source:
        """The facts that are still of use when the file is closed."""
        return Source(self.format.name, *self.orientation.size(self.size), self.frames)

    @property
    def saved_quality(self) -> SavedQuality | None:
        """How finely a still lossy image is encoded; None for any other. Few renders need it, so it is not kept."""
        return None

    def load(self, box: Box, size: Size) -> tuple[Image.Image, int]:
        """Enough pixels to make ``size`` from the part ``box``, and the factor they are reduced by: 1, 2, 4 or 8.

        In a mode that `resize` accepts. Raises whatever Pillow raises on damage.
        """
        pixels, reduced = self._decode(geometry.shrink_on_load(box, size))
        return (pixels if pixels.mode == "YCbCr" else modes.to_working_mode(pixels)), reduced

    def load_all(self) -> Image.Image:
        """All pixels of a still image, as a render at full size has them. Raises whatever Pillow raises."""
        return self.load((0, 0, *self.size), self.size)[0]

    def _decode(self, _factor: int) -> tuple[Image.Image, int]:
        """The pixels of a still image and what they are reduced by: ``_factor`` or, as most decoders do, 1."""
        self.image.load()
        return self.image, 1

    @classmethod
    def _check_size(cls, image: _Image, policy: Policy) -> _Image:
        """``image``, opened. Raises `SourceRefused` if it has no pixels, or more than the limits allow."""
        if not all(image.size):
            raise damaged(f"The {cls.format.label} file declares {image.width} × {image.height} pixels")
        if cls.pixel_limit is not limits.PIXELS:
            limits.check_pixels(image.size, policy, cls.pixel_limit, cls.format.label)
        elif image.has_transparency_data:
            limits.check_pixels(image.size, policy, limits.TRANSPARENT_PIXELS, "images with transparency")
        else:
            limits.check_pixels(image.size, policy)
        return image

    @classmethod
    @contextmanager
    def reading(cls) -> Iterator[None]:
        """Turns whatever Pillow raises on damage into `SourceRefused`.

        All exceptions, because its parsers raise nearly every kind on malformed input.
        """
        try:
            yield
        except (EdgeError, MemoryError):
            raise
        except Exception as error:
            raise cls._explain(error) from error

    @classmethod
    def _explain(cls, _error: Exception) -> SourceRefused:
        """What an error of Pillow means; overridden where it can mean something else than damage."""
        return damaged(f"The {cls.format.label} file is damaged or incomplete")


def embedded_profile(image: Image.Image) -> bytes | None:
    """The ICC profile that Pillow found in a file, if any."""
    profile = image.info.get("icc_profile")
    return profile if isinstance(profile, bytes) and profile else None
