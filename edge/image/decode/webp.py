"""WebP files, still or animated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from io import BytesIO

from PIL import Image
from PIL.WebPImagePlugin import WebPImageFile

from edge.contract.formats import BY_NAME
from edge.contract.policy import Policy
from edge.image.decode import libwebp, limits, riff, vp8
from edge.image.decode.exif import orientation_of, parse_exif
from edge.image.decode.limits import Limit
from edge.image.decode.riff import RiffChunk
from edge.image.decode.source import SavedQuality
from edge.image.decode.source_file import SourceFile
from edge.image.geometry import Size
from edge.image.pillow_compat.webp import WebPFile

#: libwebp decodes to a canvas and a frame, and Pillow copies both.
_PIXELS = Limit("webp_pixels", Fraction(1, 2), "max_source_pixels")
_EXTENDED = b"VP8X"
#: Flags of an extended file, in the first byte of VP8X.
_ANIMATED, _XMP, _EXIF, _ALPHA, _PROFILE = 0x02, 0x04, 0x08, 0x10, 0x20
_PIXEL_CHUNKS = frozenset({b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF"})
_STILL = frozenset({b"VP8 ", b"VP8L"})


@dataclass(frozen=True, kw_only=True)
class WebP(SourceFile):
    """A WebP file. libwebp's plain decoder reads still images, and reduces lossy ones."""

    format = BY_NAME["webp"]
    pixel_limit = _PIXELS
    own_limits = (_PIXELS, riff.CHUNKS)

    image: WebPImageFile
    #: A WebP of the pixels alone, which libwebp reads even if metadata is damaged.
    pixels: bytes = field(repr=False)
    #: Whether the file says that it has transparency, or does not say.
    may_be_transparent: bool = True
    #: The beginning of a lossy still image; empty for any other.
    lossy_frame: bytes = b""

    @classmethod
    def parse(cls, body: bytes, policy: Policy) -> WebP:
        chunks = riff.walk(body)
        flags = _flags(body, chunks)
        # Pillow allocates the canvas when it opens the file, so its size is checked before.
        limits.check_pixels(_canvas(body, chunks), policy, _PIXELS, cls.format.label)
        pixels = _pixels(body, chunks, flags)
        image = cls._check_size(WebPFile(BytesIO(pixels)), policy)
        image.info["xmp"] = _metadata(body, chunks, b"XMP ", flags & _XMP)
        exif = parse_exif(_metadata(body, chunks, b"EXIF", flags & _EXIF))
        return cls(
            body=body,
            image=image,
            size=image.size,
            frames=max(1, image.n_frames),
            plays=int(image.info.get("loop", 0)),
            orientation=orientation_of(exif),
            tags=exif,
            profile=_metadata(body, chunks, b"ICCP", flags & _PROFILE) or None,
            pixels=pixels,
            may_be_transparent=chunks[0].name != _EXTENDED or bool(flags & _ALPHA),
            lossy_frame=_lossy_frame(body, chunks),
        )

    @property
    def saved_quality(self) -> SavedQuality | None:
        quality = vp8.quality(self.lossy_frame)
        return None if quality is None else SavedQuality("webp", quality)

    def _decode(self, factor: int) -> tuple[Image.Image, int]:
        decoded = libwebp.decode(self.pixels, self.size, factor, opaque=not self.may_be_transparent)
        return decoded or super()._decode(factor)


def _flags(body: bytes, chunks: Sequence[RiffChunk]) -> int:
    """What an extended file says that it contains; 0 for any other."""
    return body[chunks[0].start] if chunks and chunks[0].name == _EXTENDED and chunks[0].is_within(body) else 0


def _canvas(body: bytes, chunks: Sequence[RiffChunk]) -> Size:
    """Width and height from the first chunk; no pixels if it is none that Pillow would open."""
    if not chunks:
        return 0, 0
    name, start, end = chunks[0]
    data = body[start : min(start + 10, end)].ljust(10, b"\0")
    if name == _EXTENDED:
        return int.from_bytes(data[4:7], "little") + 1, int.from_bytes(data[7:10], "little") + 1
    if name == b"VP8L":
        bits = int.from_bytes(data[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if name == b"VP8 ":
        return int.from_bytes(data[6:8], "little") & 0x3FFF, int.from_bytes(data[8:10], "little") & 0x3FFF
    return 0, 0


def _pixels(body: bytes, chunks: Sequence[RiffChunk], flags: int) -> bytes:
    """The same file without metadata, and without an alpha plane that it does not declare.

    An animation declares transparency: where no frame was drawn, browsers show nothing, and Pillow would show black.
    """
    kept: list[bytes] = []
    for chunk in chunks:
        if chunk.name == _EXTENDED and not kept:
            alpha = _ALPHA if flags & _ANIMATED else flags & _ALPHA
            whole = chunk.whole(body)
            kept.append(whole[: riff.HEAD] + bytes((flags & _ANIMATED | alpha,)) + whole[riff.HEAD + 1 :])
        elif chunk.name in _PIXEL_CHUNKS and (chunk.name != b"ALPH" or flags & _ALPHA):
            kept.append(chunk.whole(body))
            if chunk.name in _STILL:
                break
    content = b"WEBP" + b"".join(kept)
    return b"RIFF" + len(content).to_bytes(4, "little") + content


def _metadata(body: bytes, chunks: Sequence[RiffChunk], name: bytes, declared: int) -> bytes:
    """The first complete chunk of this ``name``, if the file declares that it has one, as browsers ask for."""
    found = (body[chunk.start : chunk.end] for chunk in chunks if chunk.name == name and chunk.is_within(body))
    return next(found, b"") if declared else b""


def _lossy_frame(body: bytes, chunks: Sequence[RiffChunk]) -> bytes:
    """Of a still image: one in an animation is inside another chunk."""
    found = (body[chunk.start : chunk.start + vp8.HEADER_BYTES] for chunk in chunks if chunk.name == b"VP8 ")
    return next(found, b"")
