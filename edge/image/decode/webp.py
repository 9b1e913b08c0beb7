"""WebP files, still or animated."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO

from PIL import Image
from PIL.WebPImagePlugin import WebPImageFile

from edge.contract.formats import BY_NAME
from edge.contract.policy import Policy
from edge.image import pillow_compat
from edge.image.decode import libwebp, limits, riff, vp8
from edge.image.decode.exif import orientation_of, parse_exif
from edge.image.decode.limits import Limit
from edge.image.decode.riff import RiffChunk
from edge.image.decode.source import SavedQuality
from edge.image.decode.source_file import SourceFile, embedded_profile
from edge.image.geometry import Size

_SIGNATURE = re.compile(rb"RIFF....WEBP", re.DOTALL)
#: libwebp decodes to a canvas and a frame, and Pillow copies both.
_PIXELS = Limit("webp_pixels", Fraction(1, 2), "max_source_pixels")
#: Flags of an extended file, in the first byte of VP8X.
_ANIMATED, _ALPHA = 0x02, 0x10


@dataclass(frozen=True, kw_only=True)
class WebP(SourceFile):
    """A WebP file. libwebp's plain decoder reads still images, and reduces lossy ones."""

    format = BY_NAME["webp"]
    signature = _SIGNATURE
    pixel_limit = _PIXELS
    own_limits = (_PIXELS, riff.CHUNKS)

    image: WebPImageFile
    #: The beginning of a lossy still image; empty for any other.
    lossy_frame: bytes = b""

    @classmethod
    def parse(cls, body: bytes, policy: Policy) -> WebP:
        chunks = riff.walk(body)
        # Pillow allocates the canvas when it opens the file, so its size is checked before.
        limits.check_pixels(_canvas(body, chunks), policy, _PIXELS, cls.format.label)
        image = cls._check_size(pillow_compat.WebPFile(BytesIO(_with_alpha_flag(body, chunks))), policy)
        exif = parse_exif(image.info.get("exif"))
        return cls(
            body=body,
            image=image,
            size=image.size,
            frames=max(1, image.n_frames),
            plays=int(image.info.get("loop", 0)),
            orientation=orientation_of(exif),
            tags=exif,
            profile=embedded_profile(image),
            lossy_frame=_lossy_frame(body, chunks),
        )

    @property
    def saved_quality(self) -> SavedQuality | None:
        quality = vp8.quality(self.lossy_frame)
        return None if quality is None else SavedQuality("webp", quality)

    def _decode(self, factor: int) -> tuple[Image.Image, int]:
        return libwebp.decode(self.body, self.size, factor) or super()._decode(factor)


def _canvas(body: bytes, chunks: Sequence[RiffChunk]) -> Size:
    """Width and height from the first chunk; no pixels if it is none that Pillow would open."""
    if not chunks:
        return 0, 0
    name, start, _ = chunks[0]
    data = body[start : start + 10].ljust(10, b"\0")
    if name == b"VP8X":
        return int.from_bytes(data[4:7], "little") + 1, int.from_bytes(data[7:10], "little") + 1
    if name == b"VP8L":
        bits = int.from_bytes(data[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if name == b"VP8 ":
        return int.from_bytes(data[6:8], "little") & 0x3FFF, int.from_bytes(data[8:10], "little") & 0x3FFF
    return 0, 0


def _with_alpha_flag(body: bytes, chunks: Sequence[RiffChunk]) -> bytes:
    """``body`` or, if it is an animation that does not declare transparency, a copy that does.

    Where no frame was drawn, browsers show nothing, and Pillow black unless the flag is set.
    """
    name, start, _ = chunks[0] if chunks else RiffChunk(b"", 0, 0)
    if name != b"VP8X" or start >= len(body) or not body[start] & _ANIMATED or body[start] & _ALPHA:
        return body
    return body[:start] + bytes((body[start] | _ALPHA,)) + body[start + 1 :]


def _lossy_frame(body: bytes, chunks: Sequence[RiffChunk]) -> bytes:
    if not chunks or chunks[-1].name != b"VP8 ":
        return b""
    return body[chunks[-1].start : chunks[-1].start + vp8.HEADER_BYTES]
