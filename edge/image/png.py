"""PNGs, opened with what Pillow leaves to be done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from types import MappingProxyType

from PIL import PngImagePlugin

from edge.image import profiles

#: How Pillow reads samples of other than eight bits, to what they become where it makes eight of them.
_SAMPLES: Mapping[str, Callable[[int], int]] = MappingProxyType(
    {"L;2": lambda sample: (sample & 3) * 85, "L;4": lambda sample: (sample & 15) * 17, "RGB;16B": lambda s: s >> 8}
)


def opened(body: bytes) -> PngImagePlugin.PngImageFile:
    """The PNG. The one colour that is transparent, where there is one, is told in the samples that it will have, and
    a profile may be as big as any; Pillow does neither. Raises whatever Pillow raises."""
    PngImagePlugin.MAX_TEXT_CHUNK = profiles.MOST_BYTES
    image = PngImagePlugin.PngImageFile(BytesIO(body))
    clear, becomes = image.info.get("transparency"), _SAMPLES.get(str(image.tile[0].args))
    if becomes and clear is not None:
        image.info["transparency"] = becomes(clear) if isinstance(clear, int) else tuple(map(becomes, clear))
    return image


def first_chunks(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The name and content of those before the pixels."""
    position = 8
    for _ in range(_MOST_CHUNKS):
        name, length = body[position + 4 : position + 8], int.from_bytes(body[position : position + 4])
        if name in (b"", b"IDAT"):
            return
        yield name, body[position + 8 : position + 8 + length]
        position += length + 12


#: Sound files have some dozen there.
_MOST_CHUNKS = 1000
