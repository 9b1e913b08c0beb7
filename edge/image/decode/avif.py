"""AVIF files, still or animated."""

from __future__ import annotations

from fractions import Fraction
from io import BytesIO

from PIL.AvifImagePlugin import AvifImageFile

from edge.contract.formats import BY_NAME
from edge.contract.policy import Policy
from edge.image.colour import source_profile
from edge.image.decode import avif_repair, isobmff, isobmff_items, isobmff_tracks
from edge.image.decode.avif_coding import AvifCoding
from edge.image.decode.exif import orientation_of, parse_exif
from edge.image.decode.isobmff import Box
from edge.image.decode.limits import Limit, LimitExceeded, rounded_down, rounded_up
from edge.image.decode.source import Source
from edge.image.decode.source_file import SourceFile, embedded_profile
from edge.image.geometry import Size
from edge.image.pillow_compat.avif import AvifFile

#: libavif decodes to planes, converts them to RGBA, and Pillow copies that.
_PIXELS = Limit("avif_pixels", Fraction(1, 2), "max_source_pixels")
#: Eight bytes for each pixel of the largest image: 10 or 12 bits with full chroma and transparency.
_PLANE_BYTES = Limit("avif_plane_bytes", 4, "bytes for each pixel of `max_source_pixels`")
#: A decoder goes through all frames of a track up to the one that it needs, also those that are never shown.
_FRAME_PIXELS = Limit("avif_frame_pixels", 4, "times `max_source_pixels`")


class Avif(SourceFile):
    """An AVIF file. Its boxes turn it, which Pillow tells as EXIF."""

    format = BY_NAME["avif"]
    pixel_limit = _PIXELS
    own_limits = (
        _PIXELS,
        _PLANE_BYTES,
        _FRAME_PIXELS,
        isobmff.PARTS,
        isobmff.TRACKS,
        isobmff.LIST_BYTES,
        isobmff_items.COPIED_BYTES,
    )

    image: AvifImageFile

    @classmethod
    def parse(cls, body: bytes, policy: Policy) -> Avif:
        boxes = isobmff.walk(body)
        isobmff_items.check_copies(boxes)
        isobmff_tracks.check_samples(boxes)
        image = cls._check_size(_open(body, boxes), policy)
        frames = max(1, image.n_frames)
        moves = Source(cls.format.name, *image.size, frames).moves_within(policy)
        coding = AvifCoding.read(boxes, frames if moves else 1)
        _check_coding(coding, image.size, policy)
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
    try:
        return AvifFile(BytesIO(body))
    except Exception:  # Pillow's parser of EXIF raises nearly every kind
        other = avif_repair.repaired(body, boxes)
        if other == body:
            raise
        return AvifFile(BytesIO(other))


def _check_coding(coding: AvifCoding, size: Size, policy: Policy) -> None:
    checks = ((_PLANE_BYTES, coding.plane_bytes(size), "MB of"), (_FRAME_PIXELS, coding.frame_pixels, "million"))
    for limit, found, unit in checks:
        most = limit.of(policy.max_source_pixels)
        if found > most:
            raise LimitExceeded(
                limit,
                f"The AVIF file contains {rounded_up(found / 1e6)} {unit} coded pixels; the limit is "
                f"{rounded_down(most / 1e6)} {unit.removesuffix(' of')}. Make the image smaller.",
            )
