"""JPEG files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from edge.contract.formats import BY_NAME
from edge.contract.policy import Policy
from edge.image.colour import source_profile
from edge.image.decode import jpeg_end, jpeg_markers, jpeg_quality
from edge.image.decode.errors import unsupported
from edge.image.decode.exif import is_adobe_rgb, orientation_of, parse_exif
from edge.image.decode.jpeg_markers import SCAN, Segment
from edge.image.decode.jpeg_metadata import read_metadata
from edge.image.decode.limits import Limit, LimitExceeded, rounded_down, rounded_up, too_many
from edge.image.decode.source import SavedQuality
from edge.image.decode.source_file import SourceFile, embedded_profile
from edge.image.pillow_compat.jpeg import JpegFile, jpeg_component_count, jpeg_components

#: Encoders write about ten. Each scan goes over the whole image, however few bytes it has:
#: https://libjpeg-turbo.org/pmwiki/uploads/About/TwoIssueswiththeJPEGStandard.pdf
_SCANS = Limit("jpeg_scans", 64, "scans")
#: The memory of a file in several scans: all coefficients are kept until the last one is read, two bytes each, beside
#: four bytes a pixel.
_PROGRESSIVE_BYTES = Limit("jpeg_progressive_bytes", 8, "bytes for each pixel of `max_source_pixels`")
#: Frames of 8 bits a channel that Pillow reads; the shortest one; and markers of kinds that are refused by name.
_FRAMES, _FRAME_BYTES = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC9, 0xCA}), 6
_KINDS = {
    **dict.fromkeys((0xC5, 0xC6, 0xC7, 0xCD, 0xCE, 0xCF, 0xDE), "hierarchical coding"),
    0xCB: "lossless arithmetic coding",
    0xF7: "JPEG-LS coding",
}


@dataclass(frozen=True, kw_only=True)
class Jpeg(SourceFile):
    """A JPEG file. Further images in it are previews and gain maps, so it is always still."""

    format = BY_NAME["jpeg"]
    own_limits = (jpeg_markers.SEGMENTS, jpeg_markers.JUNK, _SCANS, _PROGRESSIVE_BYTES)

    image: JpegImageFile
    #: Whether it has an end marker.
    has_end: bool

    @classmethod
    def parse(cls, body: bytes, policy: Policy) -> Jpeg:
        segments = jpeg_markers.walk(body)
        header = _up_to_scan(segments)
        first_scan = header[-1] if header and header[-1].marker == SCAN else None
        _check_kind(body, header)
        has_end = jpeg_end.has_end(body, first_scan)
        image = JpegFile(BytesIO(body if has_end else body + jpeg_end.END_MARKER))
        image.info.update(read_metadata(body, header))
        cls._check_size(image, policy)
        if "progression" in image.info or _is_partial(body, first_scan, image):
            _check_scans(body, segments)
            _check_coefficients(image, policy)
        exif = parse_exif(image.info.get("exif"))
        profile = embedded_profile(image) or (source_profile.adobe_rgb() if is_adobe_rgb(exif) else None)
        return cls(
            body=body,
            image=image,
            size=image.size,
            orientation=orientation_of(exif),
            profile=profile,
            tags=exif,
            has_end=has_end,
        )

    @property
    def saved_quality(self) -> SavedQuality | None:
        return jpeg_quality.saved_quality(self.image)

    def _decode(self, factor: int) -> tuple[Image.Image, int]:
        """Reduced by libjpeg, unless the image is decoded already, or lossless and so has no coefficients to skip."""
        if not (self.has_end or self._is_complete()):
            raise EOFError("pixels are missing")
        size = self.image.width // factor, self.image.height // factor
        drafted = bool(self.image.quantization) and self.image.draft(None, size) is not None
        self.image.load()
        return self.image, factor if drafted else 1

    def _is_complete(self) -> bool:
        components = [each.identifier for each in jpeg_components(self.image)]
        return jpeg_end.is_complete(self.body, jpeg_markers.walk(self.body), components)


def _up_to_scan(segments: Iterator[Segment]) -> list[Segment]:
    """The segments before the pixels, the first scan's included."""
    header = []
    for segment in segments:
        header.append(segment)
        if segment.marker == SCAN:
            break
    return header


def _check_kind(body: bytes, header: Sequence[Segment]) -> None:
    """Raises `SourceRefused` for kinds of JPEG that neither Pillow nor browsers read."""
    for marker, start, end in header:
        if feature := _KINDS.get(marker) or (_unusual_frame(body[start:end]) if marker in _FRAMES else ""):
            raise unsupported("JPEG", feature, "Save it as a baseline JPEG with 8 bits a channel.")


def _unusual_frame(frame: bytes) -> str:
    """What is unusual about a frame header; empty if nothing is, or if it is cut off."""
    if len(frame) < _FRAME_BYTES:
        return ""
    bits, height, components = frame[0], int.from_bytes(frame[1:3]), frame[5]
    if bits != 8:
        return f"{bits} bits a channel"
    if components not in (1, 3, 4):
        return f"{components} channels"
    return "" if height else "a height that follows its pixels"


def _is_partial(body: bytes, scan: Segment | None, image: JpegImageFile) -> bool:
    """Whether the first scan has some of the components only. After one with all of them decoders stop."""
    return scan is not None and int.from_bytes(body[scan.start : scan.start + 1]) != jpeg_component_count(image)


def _check_scans(body: bytes, after_first: Iterator[Segment]) -> None:
    """Raises `LimitExceeded`. What a camera writes after the image may contain anything, and does not count."""
    if jpeg_markers.has_more_scans(int(_SCANS.value) - 1, after_first, body):
        raise too_many(_SCANS, "JPEG")


def _check_coefficients(image: JpegImageFile, policy: Policy) -> None:
    components = jpeg_components(image)
    across, down = max(1, *(each.across for each in components)), max(1, *(each.down for each in components))
    samples = sum(each.across * each.down for each in components) / (across * down)
    most, pixels = int(_PROGRESSIVE_BYTES.of(policy.max_source_pixels) / (4 + 2 * samples)), image.width * image.height
    if pixels > most:
        raise LimitExceeded(
            _PROGRESSIVE_BYTES,
            f"The image is a progressive JPEG of {rounded_up(pixels / 1e6)} megapixels; the limit for its kind is "
            f"{rounded_down(most / 1e6)}. Save it as a baseline JPEG, or make it smaller.",
        )
