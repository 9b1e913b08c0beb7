"""GIF files, composed as browsers do.

Pillow's own reader paints the background colour, lets a later frame enlarge the image, and decodes all frames to count
them. Here Pillow decodes each frame as a GIF of its own.
"""

from __future__ import annotations

import struct
from fractions import Fraction
from functools import partial
from io import BytesIO

from PIL import Image

from edge.contract.formats import BY_NAME
from edge.contract.policy import Policy
from edge.image.decode import gif_blocks
from edge.image.decode.composition import ComposedImage, Disposal, FramePart
from edge.image.decode.errors import damaged
from edge.image.decode.gif_blocks import GifFrame
from edge.image.decode.limits import Limit
from edge.image.decode.source_file import SourceFile
from edge.image.pillow_compat.gif import GifFile

#: The canvas, a frame, and the copy that it is drawn on take sixteen bytes a pixel.
_PIXELS = Limit("gif_pixels", Fraction(1, 2), "max_source_pixels")
#: Some encoders write 4 for 3, and browsers accept it.
_DISPOSALS = {2: Disposal.CLEAR, 3: Disposal.RESTORE, 4: Disposal.RESTORE}


class Gif(SourceFile):
    """A GIF file."""

    format = BY_NAME["gif"]
    pixel_limit = _PIXELS
    own_limits = (_PIXELS, gif_blocks.BLOCKS, gif_blocks.FRAME_PIXELS)

    @classmethod
    def parse(cls, body: bytes, policy: Policy) -> Gif:
        blocks = gif_blocks.walk(body, policy.max_frames + 1)
        parts = [_part(body, frame) for frame in blocks.frames]
        if not parts:
            raise damaged("The GIF file has no frames")
        image = cls._check_size(ComposedImage("GIF", blocks.screen, parts, parts[0], blocks.plays, {}), policy)
        return cls(body=body, image=image, size=image.size, frames=image.n_frames, plays=image.plays)


def _part(body: bytes, frame: GifFrame) -> FramePart:
    disposal = _DISPOSALS.get(frame.disposal, Disposal.KEEP)
    return FramePart(partial(_open_frame, body, frame), frame.region, frame.ms, disposal)


def _open_frame(body: bytes, frame: GifFrame) -> Image.Image:
    """A frame as a still GIF of its own size."""
    left, top, right, bottom = frame.region
    size = right - left, bottom - top
    flags = 0x80 | (len(frame.palette) // 3).bit_length() - 2 if frame.palette else 0
    head = b"GIF89a" + struct.pack("<2H3B", *size, flags, 0, 0) + frame.palette
    if frame.transparent is not None:
        head += b"!\xf9\4\1\0\0" + bytes((frame.transparent, 0))
    head += struct.pack("<c4HB", b",", 0, 0, *size, frame.interlaced << 6)
    return GifFile(BytesIO(head + body[frame.start : frame.end] + b";"))
