"""PNG files, still or animated: docs/decisions/009-png.md."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from PIL import Image

from edge.contract.errors import SourceRefused
from edge.contract.formats import BY_NAME
from edge.contract.policy import Policy
from edge.image import pillow_compat
from edge.image.colour import source_profile
from edge.image.decode import apng, png_chunks
from edge.image.decode.exif import orientation_of, parse_exif
from edge.image.decode.limits import Limit, LimitExceeded
from edge.image.decode.png_chunks import AFTER, ANIMATION, BEFORE, Chunk
from edge.image.decode.png_reader import open_png
from edge.image.decode.source_file import SourceFile, embedded_profile

_SIGNATURE = re.compile(re.escape(png_chunks.SIGNATURE))
_TEXT = Limit("png_text", pillow_compat.MAX_PNG_TEXT, "bytes in one compressed text or profile")
_TEXTS = Limit("png_texts", pillow_compat.MAX_PNG_TEXTS, "bytes in all texts")


class Png(SourceFile):
    """A PNG file. An animation whose frames break the rules is the still image that other readers see."""

    format = BY_NAME["png"]
    signature = _SIGNATURE
    own_limits = (png_chunks.CHUNKS, png_chunks.PROFILES, _TEXT, _TEXTS)

    @classmethod
    def parse(cls, body: bytes, policy: Policy) -> Png:
        chunks = png_chunks.walk(body)
        unusable = {chunk for chunk in chunks if not png_chunks.is_usable(body, chunk)}
        animated = {chunk for chunk in chunks if chunk.name in ANIMATION and chunk.is_within(body)}
        still = open_png(_without(body, unusable | animated))
        animation = apng.compose(body, chunks, still, policy.max_frames + 1)
        image = cls._check_size(animation or still, policy)
        frames, plays = (animation.n_frames, animation.plays) if animation else (1, 0)
        exif = parse_exif(image.info.get("exif"))
        return cls(
            body=body,
            image=image,
            size=image.size,
            frames=frames,
            plays=plays,
            orientation=orientation_of(exif),
            tags=exif,
            profile=_profile(image, _cicp(body, chunks, unusable)),
        )

    @classmethod
    def _explain(cls, error: Exception) -> SourceRefused:
        for name, limit in (("MAX_TEXT_CHUNK", _TEXT), ("MAX_TEXT_MEMORY", _TEXTS)):
            if name in str(error):  # nothing else tells these errors from damage
                return LimitExceeded(limit, f"The PNG file has more than {limit}. Save it without metadata.")
        return super()._explain(error)


def _without(body: bytes, chunks: set[Chunk]) -> bytes:
    """``body`` without these chunks: Pillow would stop at damage in metadata, which libpng and browsers skip."""
    kept, position = [], 0
    for chunk in sorted(chunks, key=lambda chunk: chunk.start):
        kept.append(body[position : chunk.start - BEFORE])
        position = chunk.end + AFTER
    return b"".join((*kept, body[position:])) if kept else body


def _cicp(body: bytes, chunks: Sequence[Chunk], unusable: set[Chunk]) -> bytes:
    """The content of the first usable cICP chunk before the pixels."""
    before = takewhile(lambda chunk: chunk.name != b"IDAT", chunks)
    found = (chunk for chunk in before if chunk.name == b"cICP" and chunk not in unusable)
    return next((bytes(chunk.content(body)) for chunk in found), b"")


def _profile(image: Image.Image, cicp: bytes) -> bytes | None:
    """https://www.w3.org/TR/png-3/#color-chunk-precedence"""
    if len(cicp) == 4 and source_profile.is_known_cicp(cicp[0], cicp[1]):
        return source_profile.from_cicp(cicp[0], cicp[1])
    profile = embedded_profile(image)
    if profile or "srgb" in image.info:
        return profile
    return source_profile.from_gamma(image.info.get("gamma", 0), image.info.get("chromaticity"))
