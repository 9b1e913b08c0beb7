"""Conditional requests and ranges: from a complete 200 to the reply that a viewer asked for.

https://www.rfc-editor.org/rfc/rfc9110#section-13 (conditional requests), #section-14 (ranges)
"""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime

from infra.local.cloudfront.messages import HttpRequest, HttpResponse

# At most 18 digits: no file is longer, and Python refuses to convert thousands of digits.
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
# A 304 has no body for these headers to describe: https://www.rfc-editor.org/rfc/rfc9110#section-15.4.5
_ABOUT_THE_BODY = ("content-length", "content-type", "content-range", "content-encoding")


def for_viewer(request: HttpRequest, response: HttpResponse, *, complete: bool = True) -> HttpResponse:
    """Return the reply to ``request``: all of ``response``, a range of it, "not modified", or its headers alone.

    A response that is not ``complete`` already answers the request's own conditions and range.
    """
    if complete and response.status == 200 and request.method in ("GET", "HEAD"):
        response = _select(request, response)
    if request.method != "HEAD" or not response.body:
        return response
    return response.with_headers([("content-length", str(len(response.body)))]).without_body()


def _select(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if _not_modified(request, response):
        return HttpResponse(304, response.without_headers(_ABOUT_THE_BODY).headers)
    bounds = _RANGE.fullmatch(request.header("range") or "")
    # RFC 9110, 14.2: a range is for GET alone.
    if request.method == "GET" and bounds and bounds[0] != "bytes=-" and _range_applies(request, response):
        return _part(response, *bounds.groups())
    return response


def _not_modified(request: HttpRequest, response: HttpResponse) -> bool:
    """RFC 9110, 13.1.3: If-Modified-Since is ignored if there is an If-None-Match."""
    if_none_match = request.header("if-none-match")
    if if_none_match is not None:
        etag = response.header("etag")
        # If-None-Match compares weakly, which ignores W/: https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2
        tags = [_strip_weak(tag) for tag in if_none_match.split(",")]
        return etag is not None and ("*" in tags or _strip_weak(etag) in tags)
    since, modified = _time(request.header("if-modified-since")), _time(response.header("last-modified"))
    return since is not None and modified is not None and modified <= since


def _range_applies(request: HttpRequest, response: HttpResponse) -> bool:
    # Parts of two versions must never be combined, so a changed object is sent whole:
    # https://www.rfc-editor.org/rfc/rfc9110#section-13.1.5
    validator = request.header("if-range")
    return validator is None or validator in (response.header("etag"), response.header("last-modified"))


def _part(response: HttpResponse, first: str, last: str) -> HttpResponse:
    size = len(response.body)
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last), size - 1) if first and last else size - 1
    if first and last and int(last) < int(first):
        return response  # RFC 9110, 14.1.1: an invalid range is ignored
    if start >= size or (not first and int(last) == 0):
        # The size lets the client correct its range: https://www.rfc-editor.org/rfc/rfc9110#section-15.5.17
        return HttpResponse(416, (("content-range", f"bytes */{size}"),))
    part = response.with_headers([("content-range", f"bytes {start}-{end}/{size}")])
    return HttpResponse(206, part.headers, response.body[start : end + 1])


def _strip_weak(tag: str) -> str:
    return tag.strip().removeprefix("W/")


def _time(text: str | None) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp() if text else None
    except ValueError:
        return None
