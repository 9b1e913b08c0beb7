"""What the chunks of a PNG say beside its pixels: colours, EXIF and XMP."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Mapping

from edge.image.colour import icc, source_profile
from edge.image.decode import exif
from edge.image.decode.png_chunks import Chunk

_XMP = b"XML:com.adobe.xmp\0"
_MAX_XMP = 1 << 20
_DEFLATE = b"\0"
#: The last of the rendering intents that sRGB may name.
_LAST_INTENT = b"\3"


def profile_of(contents: Mapping[bytes, bytes], *, grey: bool) -> bytes | None:
    """The colour profile that PNG's chunks describe. None for sRGB, and if they do not say.

    ``grey`` is whether the pixels are. https://www.w3.org/TR/png-3/#color-chunk-precedence
    """
    primaries, curve, matrix, is_full = contents.get(b"cICP", bytes(4))
    if is_full and not matrix and source_profile.is_known_cicp(primaries, curve):
        return source_profile.from_cicp(primaries, curve)
    if profile := _icc_profile(contents.get(b"iCCP", b""), grey=grey):
        return profile
    if contents.get(b"sRGB", b"\xff") <= _LAST_INTENT or b"gAMA" not in contents:
        return None
    gamma = int.from_bytes(contents[b"gAMA"]) / 100_000
    chromaticities = [value / 100_000 for (value,) in struct.iter_unpack(">I", contents.get(b"cHRM", b""))]
    return source_profile.from_gamma(gamma, chromaticities or None)


def _icc_profile(content: bytes, *, grey: bool) -> bytes:
    """The profile in an iCCP chunk; empty if it is damaged, too large, or for other pixels."""
    _, _, packed = content.partition(b"\0")
    data = _inflated(packed[1:], icc.MAX_BYTES) if packed[:1] == _DEFLATE else b""
    profile = icc.parse_profile(data)
    return data if profile and (profile.mode == "RGB" or (grey and profile.mode == "L")) else b""


def exif_of(contents: Mapping[bytes, bytes]) -> bytes:
    """EXIF as other formats have it. Some programs write the name that it has in a JPEG, too."""
    content = contents.get(b"eXIf", b"").removeprefix(exif.PREFIX)
    return exif.PREFIX + content if content.startswith((b"II", b"MM")) else b""


def xmp_of(body: bytes, chunks: Iterable[Chunk]) -> bytes:
    """The first XMP. Empty if it is damaged or too large.

    https://www.w3.org/TR/png-3/#11iTXt
    """
    for chunk in chunks:
        if chunk.name == b"iTXt" and body.startswith(_XMP, chunk.start) and chunk.is_sound(body):
            content = bytes(chunk.content(body)[len(_XMP) :])
            _, _, text = content[2:].partition(b"\0")
            _, _, text = text.partition(b"\0")
            return _inflated(text, _MAX_XMP) if content[:1] == b"\1" else text
    return b""


def _inflated(packed: bytes, most: int) -> bytes:
    """The data. Empty if it is damaged, cut off, or has more than ``most`` bytes."""
    inflater = zlib.decompressobj()
    try:
        data = inflater.decompress(packed, most)
    except zlib.error:
        return b""
    return data if inflater.eof else b""
