"""AVIF files, still or animated."""

from __future__ import annotations

import re
from fractions import Fraction
from io import BytesIO

from PIL.AvifImagePlugin import AvifImageFile

from edge.contract.formats import BY_NAME
from edge.contract.policy import Policy
from edge.image import pillow_compat
from edge.image.colour import source_profile
from edge.image.decode import isobmff, isobmff_items, isobmff_tracks
from edge.image.decode.avif_coding import AvifCoding
from edge.image.decode.exif import orientation_of, parse_exif
from edge.image.decode.isobmff import Box
from edge.image.decode.limits import Limit, LimitExceeded, rounded_down, rounded_up
from edge.image.decode.source import Source
from edge.image.decode.source_file import SourceFile, embedded_profile

_SIGNATURE = re.compile(rb"....ftyp(?:avif|avis|(?:mif1|msf1).{0,64}avi[fs])", re.DOTALL)
#: libavif decodes to planes, converts them to RGBA, and Pillow copies that.
_PIXELS = Limit("avif_pixels", Fraction(1, 2), "max_source_pixels")
#: Eight bytes for each pixel of the largest image: 10 or 12 bits with full chroma and transparency.
_PLANE_BYTES = Limit("avif_plane_bytes", 4, "bytes for each pixel of `max_source_pixels`")


class Avif(SourceFile):
    """An AVIF file. Its boxes turn it, which Pillow tells as EXIF."""

    format = BY_NAME["avif"]
    signature = _SIGNATURE
    pixel_limit = _PIXELS
    own_limits = (_PIXELS, _PLANE_BYTES, isobmff.PARTS, isobmff.TRACKS, isobmff.LIST_BYTES)

    image: AvifImageFile

    @classmethod
    def parse(cls, body: bytes, policy: Policy) -> Avif:
        boxes = isobmff.walk(body)
        image = cls._check_size(_open(body, boxes), policy)
        frames = max(1, image.n_frames)
        moves = Source(cls.format.name, *image.size, frames).moves_within(policy)
        coding = AvifCoding.read(boxes, frames if moves else 1)
        _check_planes(coding.plane_bytes(image.size), policy)
        nclx = coding.nclx
        exif = parse_exif(image.info.get("exif"))
        return cls(
            body=body,
            image=image,
            size=image.size,
            frames=frames,
            plays=isobmff_tracks.plays(boxes),
            orientation=orientation_of(exif),
            tags=exif,
            profile=embedded_profile(image) or (source_profile.from_cicp(*nclx[:2]) if nclx else None),
        )


def _open(body: bytes, boxes: Box) -> AvifImageFile:
    """Without its EXIF if Pillow's parser stops at it. EXIF must not turn an AVIF, and the rest is not needed.

    https://aomediacodec.github.io/av1-avif/ (by way of MIAF, which it builds on)
    """
    try:
        return pillow_compat.AvifFile(BytesIO(body))
    except Exception:  # that parser raises nearly every kind
        if not any(isobmff_items.entries(boxes, b"Exif")):
            raise
        return pillow_compat.AvifFile(BytesIO(without_exif(body, boxes)))


def without_exif(body: bytes, boxes: Box) -> bytes:
    """The same file with its items of EXIF renamed to a kind that no reader knows."""
    changed = bytearray(body)
    for entry in isobmff_items.entries(boxes, b"Exif"):
        position = entry.start + isobmff_items.kind_at(entry)
        changed[position : position + 4] = b"skip"
    return bytes(changed)


def _check_planes(found: int, policy: Policy) -> None:
    most = _PLANE_BYTES.of(policy.max_source_pixels)
    if found > most:
        raise LimitExceeded(
            _PLANE_BYTES,
            f"The AVIF file contains {rounded_up(found / 1e6)} MB of coded pixels; the limit is "
            f"{rounded_down(most / 1e6)} MB. Make the image smaller.",
        )
