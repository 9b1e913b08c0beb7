"""The engine: an original's bytes in, a variant's bytes out."""

from __future__ import annotations

from edge.image.colour.modes import is_transparent
from edge.image.colour.source_profile import from_cicp as profile_from_cicp
from edge.image.decode.detection import is_heic
from edge.image.decode.limits import check_pixels
from edge.image.decode.opening import verify
from edge.image.decode.registry import SIGNATURE_BYTES
from edge.image.decode.source import Source
from edge.image.operations import NO_OVERLAYS
from edge.image.render import Rendered, render

__all__ = [
    "NO_OVERLAYS",
    "SIGNATURE_BYTES",
    "Rendered",
    "Source",
    "check_pixels",
    "is_heic",
    "is_transparent",
    "profile_from_cicp",
    "render",
    "verify",
]
