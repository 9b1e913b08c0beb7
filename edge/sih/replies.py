"""The replies of this entry: images with that product's headers, and errors in its form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from email.utils import format_datetime
from types import MappingProxyType

from edge.contract.cache_control import NO_STORE, REDIRECT, error_lifetime
from edge.contract.cache_tags import CACHE_TAG_HEADER
from edge.contract.errors import EdgeError
from edge.contract.reply import ERROR_HEADER, FallbackImage, Reply
from edge.contract.timings import Timings
from edge.rendering.variant import Variant
from edge.sih.errors import SihError
from edge.sih.image_finder import FoundImage

#: Our errors by code, as that product's; of all others status and code stay.
_CODES: Mapping[str, tuple[int, str]] = MappingProxyType(
    {
        "original_missing": (404, "NoSuchKey"),
        "image_withheld": (404, "NoSuchKey"),
        "parameter_invalid": (400, "InvalidResizeException"),
        "path_invalid": (400, "RequestTypeError"),
        "area_out_of_bounds": (400, "Crop::AreaOutOfBounds"),
        "face_unknown": (400, "SmartCrop::FaceIndexOutOfRange"),
        "padding_out_of_bounds": (400, "SmartCrop::PaddingOutOfBounds"),
        "operation_invalid": (400, "ImageEdits::CannotParseEdits"),
        "source_unsupported": (400, "InstantiationError"),
        "source_damaged": (400, "InstantiationError"),
        "source_too_large": (400, "InstantiationError"),
        "overlay_unavailable": (400, "OverlayImageException"),
        "store_unavailable": (500, "ImageRetrieval::CannotRetrieveImage"),
        "internal": (500, "InternalError"),
    }
)
#: What a 304 has of the headers of the 200: RFC 9110, section 15.4.5.
_OF_NOT_MODIFIED = ("Cache-Control", "ETag", "Vary")


def as_sih_error(error: EdgeError, key: str) -> SihError:
    """One of our errors in that product's form."""
    status, code = _CODES.get(error.code, (error.status, error.code))
    return SihError.no_such_key(key) if code == "NoSuchKey" else SihError(status, code, error.message)


def cors_headers(origin: str) -> dict[str, str]:
    """The headers that every reply has. Without an ``origin`` pages of other sites may show an image, not read it."""
    headers = {
        "Access-Control-Allow-Methods": "GET",
        "Access-Control-Allow-Headers": "Content-Type, Authorization",
        "Access-Control-Allow-Credentials": "true",
    }
    return {**headers, "Access-Control-Allow-Origin": origin} if origin else headers


def image_reply(found: FoundImage, extra: Mapping[str, str], timings: Timings, method: str) -> Reply:
    """A 200. ``extra`` are further headers, which do not replace its own."""
    variant = found.variant
    headers = {
        "Content-Type": variant.content_type,
        "Content-Disposition": variant.disposition,
        "Last-Modified": format_datetime(found.original.last_modified, usegmt=True),
        "Server-Timing": str(timings),
    }
    if variant.etag:
        headers["ETag"] = variant.etag
    return Reply(200, {**extra, **headers}, None if method == "HEAD" else variant.body)


def not_modified(reply: Reply) -> Reply:
    """A 304 in place of a 200."""
    return Reply(304, {name: reply.headers[name] for name in _OF_NOT_MODIFIED if name in reply.headers}, None)


def redirect(location: str, variant: Variant, *, kept: bool) -> Reply:
    """A 302 to where the image is stored."""
    lifetime = REDIRECT if kept else NO_STORE
    return Reply(302, {"Location": location, "Cache-Control": lifetime, CACHE_TAG_HEADER: variant.tags}, "")


def error_reply(error: SihError, method: str, image: FallbackImage | None = None, tags: str = "") -> Reply:
    """The error as JSON, or ``image`` in its place; the status is the error's in both cases."""
    body: str | bytes = image.body if image else json.dumps(error.as_dict())
    headers = {
        "Content-Type": image.content_type if image else "application/json",
        "Cache-Control": error_lifetime(error.status),
        ERROR_HEADER: error.code,
        **({CACHE_TAG_HEADER: tags} if tags else {}),
        **({"Allow": "GET, HEAD"} if error.status == 405 else {}),
    }
    return Reply(error.status, headers, None if method == "HEAD" else body)
