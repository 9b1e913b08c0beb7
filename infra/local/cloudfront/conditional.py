"""What a viewer gets of a whole 200: all of it, a range, "not modified", or the headers alone (RFC 9110, 13 and 14)."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime

from infra.local.cloudfront.messages import Request, Response

#: Longer numbers are no place in any file, and Python refuses to read thousands of digits.
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
_ABOUT_THE_BODY = ("content-length", "content-type", "content-range", "content-encoding")


def for_viewer(request: Request, response: Response, *, whole: bool = True) -> Response:
    """What ``request`` gets of ``response``; one that is not ``whole`` is already what was asked for."""
    if whole and response.status == 200 and request.method in ("GET", "HEAD"):
        response = _select(request, response)
    if request.method != "HEAD" or not response.body:
        return response
    return response.with_headers([("content-length", str(len(response.body)))]).without_body()


def _select(request: Request, response: Response) -> Response:
    if _not_modified(request, response):
        return Response(304, response.without_headers(_ABOUT_THE_BODY).headers)
    bounds = _RANGE.fullmatch(request.header("range") or "")
    # RFC 9110, 14.2: a range is for GET alone.
    if request.method == "GET" and bounds and bounds[0] != "bytes=-" and _range_holds(request, response):
        return _part(response, *bounds.groups())
    return response


def _not_modified(request: Request, response: Response) -> bool:
    wanted = request.header("if-none-match")
    if wanted is not None:
        etag = response.header("etag")
        tags = [_weak(tag) for tag in wanted.split(",")]
        return etag is not None and ("*" in tags or _weak(etag) in tags)
    since, modified = _time(request.header("if-modified-since")), _time(response.header("last-modified"))
    return since is not None and modified is not None and modified <= since


def _range_holds(request: Request, response: Response) -> bool:
    wanted = request.header("if-range")
    return wanted is None or wanted in (response.header("etag"), response.header("last-modified"))


def _part(response: Response, first: str, last: str) -> Response:
    size = len(response.body)
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last), size - 1) if first and last else size - 1
    if first and last and int(last) < int(first):
        return response  # RFC 9110, 14.1.1: an invalid range is ignored
    if start >= size or (not first and int(last) == 0):
        return Response(416, (("content-range", f"bytes */{size}"),))
    part = response.with_headers([("content-range", f"bytes {start}-{end}/{size}")])
    return Response(206, part.headers, response.body[start : end + 1])


def _weak(tag: str) -> str:
    return tag.strip().removeprefix("W/")


def _time(text: str | None) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp() if text else None
    except ValueError:
        return None
