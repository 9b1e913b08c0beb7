"""PNG files, still or animated: docs/decisions/009-png.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from edge.contract.formats import BY_NAME
from edge.contract.policy import Policy
from edge.image.decode import apng, png_chunks, png_metadata
from edge.image.decode.errors import damaged, unsupported
from edge.image.decode.exif import orientation_of, parse_exif
from edge.image.decode.png_chunks import Chunk
from edge.image.decode.png_reader import open_png
from edge.image.decode.png_stored import StoredPng
from edge.image.decode.source_file import SourceFile

_HEADER, _DATA, _APPLE = b"IHDR", b"IDAT", b"CgBI"
_HEADER_BYTES = 13
#: Bits a channel and colour types: https://www.w3.org/TR/png-3/#table111
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_KINDS = frozenset((bits, colour_type) for colour_type, depths in _DEPTHS.items() for bits in depths)
_GREY = frozenset({0, 4})
_ADVICE = "Save it again with another program."


class Png(SourceFile):
    """A PNG file. An animation whose frames break the rules is the still image that other readers see."""

    format = BY_NAME["png"]
    own_limits = (png_chunks.CHUNKS,)

    @classmethod
    def parse(cls, body: bytes, policy: Policy) -> Png:
        chunks = png_chunks.walk(body)
        contents = png_chunks.contents(body, chunks)
        stored = _stored(body, chunks, contents)
        still = open_png(stored)
        animation = apng.compose(body, chunks, stored, still, contents.get(b"acTL", b""), policy.max_frames + 1)
        image = cls._check_size(animation or still, policy)
        image.info["xmp"] = png_metadata.xmp_of(body, chunks)
        exif = parse_exif(png_metadata.exif_of(contents))
        return cls(
            body=body,
            image=image,
            size=image.size,
            frames=animation.n_frames if animation else 1,
            plays=animation.plays if animation else 0,
            orientation=orientation_of(exif),
            tags=exif,
            profile=png_metadata.profile_of(contents, grey=stored.header[9] in _GREY),
        )


def _stored(body: bytes, chunks: Sequence[Chunk], contents: Mapping[bytes, bytes]) -> StoredPng:
    first = chunks[0] if chunks else Chunk(b"", 0, 0)
    if first.name == _APPLE:
        raise unsupported("PNG", "Apple's own compression", _ADVICE)
    if first.name != _HEADER or first.end - first.start != _HEADER_BYTES or not first.is_sound(body):
        raise damaged("The PNG file has a damaged header")
    header = bytes(first.content(body))
    if feature := _unusual_feature(header):
        raise unsupported("PNG", feature, _ADVICE)
    palette, transparency = contents.get(b"PLTE", b""), contents.get(b"tRNS", b"")
    data = [chunk.content(body) for chunk in chunks if chunk.name == _DATA]
    return StoredPng(header, palette, transparency, data)


def _unusual_feature(header: bytes) -> str:
    """What a header whose checksum is right declares and no PNG may have."""
    bits, colour_type, compression, filters, interlace = header[8:]
    if (bits, colour_type) not in _KINDS:
        return f"{bits} bits a channel with colour type {colour_type}"
    if compression or filters or interlace > 1:
        return f"compression {compression}, filters {filters} and interlacing {interlace}"
    return ""
