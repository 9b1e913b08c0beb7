"""The S3 origin as CloudFront sees it through origin access control, backed by a `Store`.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
"""

from __future__ import annotations

import re
import uuid
from email.utils import format_datetime, formatdate
from urllib.parse import unquote_to_bytes

from edge.storage.errors import Missing, StorageUnavailable
from edge.storage.objects.store import Head, Store
from infra.local.cloudfront.conditional_requests import for_viewer
from infra.local.cloudfront.distribution import S3Origin
from infra.local.cloudfront.messages import HttpRequest, HttpResponse

_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


class OriginBucket:
    """Answers as the bucket of ``origin`` does, with the objects in ``store``."""

    def __init__(self, store: Store, origin: S3Origin) -> None:
        self._store = store
        self._path = origin.path

    def answer(self, request: HttpRequest) -> HttpResponse:
        """Support GET and HEAD, with ``If-None-Match`` and ``Range``; the bucket policy allows no more."""
        response = self._answer(request)
        return response.without_body() if request.method == "HEAD" else response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return _error(403, "AccessDenied", "Access Denied")
        object_key = _decode(self._path + request.uri)
        if object_key is None:
            return _error(400, "InvalidURI", "Couldn't parse the specified URI.")
        try:
            if request.method == "HEAD":
                head = self._store.head(object_key)
                return HttpResponse(200, _headers(head))
            found = self._store.get(object_key)
        except (Missing, ValueError):
            # CloudFront may not list the bucket, so S3 does not reveal that the object is missing. A `ValueError`
            # is an object key that no store accepts.
            return _error(403, "AccessDenied", "Access Denied")
        except StorageUnavailable:
            return _error(503, "SlowDown", "Please reduce your request rate.")
        response = for_viewer(request, HttpResponse(200, _headers(found.head), found.body))
        if response.status == 416:
            return _error(416, "InvalidRange", "The requested range is not satisfiable")
        return response


def _decode(path: str) -> str | None:
    """Return the object key, or None if the path cannot be decoded. S3 reads ``+`` in a path as a space."""
    if _BROKEN_ESCAPE.search(path):
        return None
    try:
        return unquote_to_bytes(path.replace("+", " ")).decode().lstrip("/")
    except UnicodeDecodeError:
        return None


def _headers(head: Head) -> tuple[tuple[str, str], ...]:
    headers = [
        *_common_headers(),
        ("last-modified", format_datetime(head.last_modified, usegmt=True)),
        # An ETag is quoted: https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3
        ("etag", head.etag if head.etag.startswith(('"', "W/")) else f'"{head.etag}"'),
        ("accept-ranges", "bytes"),
        ("content-type", head.content_type),
        ("content-length", str(head.size)),
    ]
    if head.cache_control:
        headers.append(("cache-control", head.cache_control))
    if head.content_disposition:
        headers.append(("content-disposition", head.content_disposition))
    return (*headers, *((f"x-amz-meta-{name}", value) for name, value in head.metadata.items()))


def _error(status: int, code: str, message: str) -> HttpResponse:
    """Chunked, as S3's errors are: functions see that header, and CloudFront does not let them remove it."""
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>'
    headers = (*_common_headers(), ("content-type", "application/xml"), ("transfer-encoding", "chunked"))
    return HttpResponse(status, headers, body.encode())


def _common_headers() -> list[tuple[str, str]]:
    return [
        ("x-amz-request-id", uuid.uuid4().hex[:16].upper()),
        ("date", formatdate(usegmt=True)),
        ("server", "AmazonS3"),
    ]
