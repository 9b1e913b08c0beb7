"""JPEG files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from itertools import islice

from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from edge.contract.formats import BY_NAME
from edge.contract.policy import Policy
from edge.image import pillow_compat
from edge.image.colour import source_profile
from edge.image.decode import jpeg_markers, jpeg_quality
from edge.image.decode.exif import is_adobe_rgb, orientation_of, parse_exif
from edge.image.decode.jpeg_markers import SCAN, Segment
from edge.image.decode.limits import Limit, LimitExceeded, rounded_down, rounded_up, too_many
from edge.image.decode.source import SavedQuality
from edge.image.decode.source_file import SourceFile, embedded_profile

_SIGNATURE = re.compile(rb"\xff\xd8\xff")
#: Encoders write about ten. Each scan goes over the whole image, however few bytes it has:
#: https://libjpeg-turbo.org/pmwiki/uploads/About/TwoIssueswiththeJPEGStandard.pdf
_SCANS = Limit("jpeg_scans", 64, "scans")
#: The memory of a file in several scans: all coefficients are kept until the last one is read, two bytes each, beside
#: four bytes a pixel.
_PROGRESSIVE_BYTES = Limit("jpeg_progressive_bytes", 8, "bytes for each pixel of `max_source_pixels`")


class Jpeg(SourceFile):
    """A JPEG file. Further images in it are previews and gain maps, so it is always still."""

    format = BY_NAME["jpeg"]
    signature = _SIGNATURE
    own_limits = (jpeg_markers.SEGMENTS, jpeg_markers.JUNK, _SCANS, _PROGRESSIVE_BYTES)

    image: JpegImageFile

    @classmethod
    def parse(cls, body: bytes, policy: Policy) -> Jpeg:
        segments = jpeg_markers.walk(body)
        first_scan = next((segment for segment in segments if segment.marker == SCAN), None)
        image = cls._check_size(pillow_compat.JpegFile(BytesIO(body)), policy)
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
        )

    @property
    def saved_quality(self) -> SavedQuality | None:
        return jpeg_quality.saved_quality(self.image)

    def _decode(self, factor: int) -> tuple[Image.Image, int]:
        """Reduced by libjpeg, unless the image is decoded already, or lossless and so has no coefficients to skip."""
        size = self.image.width // factor, self.image.height // factor
        drafted = bool(self.image.quantization) and self.image.draft(None, size) is not None
        self.image.load()
        return self.image, factor if drafted else 1


def _is_partial(body: bytes, scan: Segment | None, image: JpegImageFile) -> bool:
    """Whether the first scan has some of the components only. After one with all of them decoders stop."""
    return scan is not None and int.from_bytes(body[scan.start : scan.start + 1]) != pillow_compat.jpeg_component_count(
        image
    )


def _check_scans(body: bytes, after_first: Iterator[Segment]) -> None:
    """Raises `LimitExceeded`. What a camera writes after the image may contain anything, and does not count."""
    if body.count(bytes((0xFF, SCAN))) <= _SCANS.value:  # a hundred times faster than looking at each
        return
    further = (segment for segment in after_first if segment.marker == SCAN)
    if next(islice(further, int(_SCANS.value) - 1, None), None):
        raise too_many(_SCANS, "JPEG")


def _check_coefficients(image: JpegImageFile, policy: Policy) -> None:
    components = pillow_compat.jpeg_components(image)
    across, down = max(1, *(each.across for each in components)), max(1, *(each.down for each in components))
    samples = sum(each.across * each.down for each in components) / (across * down)
    most, pixels = int(_PROGRESSIVE_BYTES.of(policy.max_source_pixels) / (4 + 2 * samples)), image.width * image.height
    if pixels > most:
        raise LimitExceeded(
            _PROGRESSIVE_BYTES,
            f"The image is a progressive JPEG of {rounded_up(pixels / 1e6)} megapixels; the limit for its kind is "
            f"{rounded_down(most / 1e6)}. Save it as a baseline JPEG, or make it smaller.",
        )
