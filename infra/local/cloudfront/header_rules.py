"""Which headers a Lambda@Edge function may return."""

from __future__ import annotations

import re
from collections.abc import Mapping

from infra.local.cloudfront.messages import Headers

GUIDE = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide"
EVENTS = f"{GUIDE}/lambda-event-structure.html"
QUOTAS = f"{GUIDE}/cloudfront-limits.html"
_RESTRICTIONS = f"{GUIDE}/edge-function-restrictions-all.html"

_MAX_BLOCK = 20_480
_DISALLOWED = re.compile(
    r"connection|expect|keep-alive|proxy-(authenticate|authorization|connection)|trailer|upgrade"
    r"|x-accel-(buffering|charset|limit-rate|redirect)|x-amz-cf-.*|x-amzn-(auth|cf-billing|cf-id|cf-xff|errortype"
    r"|fle-profile|header-count|header-order|lambda-integration-tag|requestid)|x-cache|x-edge-.*|x-forwarded-proto|x-real-ip"
)
_READ_ONLY = {
    "viewer-request": ("cdn-loop", "content-length", "host", "transfer-encoding", "via"),
    "origin-response": ("transfer-encoding", "via"),
}
# A name is a token, https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2, and the events spell it in lower case.
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


class RuleBrokenError(Exception):
    """A function's result that CloudFront answers with a 502: the rule, and the page that states it."""

    def __init__(self, rule: str, source: str) -> None:
        super().__init__(f"{rule} ({source})")


def read_headers(headers: object, event: str, before: Headers) -> Headers:
    """Return the headers of a function's result. Raises `RuleBrokenError`.

    ``before`` are the headers that the function was called with: some may be kept, but not added or changed.
    """
    pairs = _flatten(headers)
    old, new = _by_name(before), _by_name(pairs)
    for name in _READ_ONLY[event]:
        if old.get(name) != new.get(name):
            did = "add" if name not in old else "modify" if name in new else "delete"
            raise RuleBrokenError(f"the function tried to {did} read-only header, headerName : {name}", _RESTRICTIONS)
    for name, values in new.items():
        # A function may return such a header as it was in the event: it did not add it.
        if _DISALLOWED.fullmatch(name) and old.get(name) != values:
            raise RuleBrokenError(f"the function tried to add disallowed header, headerName : {name}", _RESTRICTIONS)
    if block_size(pairs) > _MAX_BLOCK:
        raise RuleBrokenError(f"all headers together must have at most {_MAX_BLOCK} bytes", QUOTAS)
    return pairs


def _flatten(headers: object) -> Headers:
    if not isinstance(headers, Mapping):
        raise RuleBrokenError("headers must be an object", EVENTS)
    pairs = []
    for name, values in headers.items():
        if not _NAME.fullmatch(name) or not isinstance(values, list):
            raise RuleBrokenError(f"headers must be lists under lower-case names, headerName : {name}", EVENTS)
        pairs += [(name, _read_value(name, item)) for item in values]
    return tuple(pairs)


def _read_value(name: str, item: object) -> str:
    if not isinstance(item, Mapping) or not isinstance(item.get("value"), str):
        raise RuleBrokenError(f"a header must be an object with key and value, headerName : {name}", EVENTS)
    if str(item.get("key", name)).lower() != name:
        raise RuleBrokenError(f"a header's key must be its name in any case, headerName : {name}", EVENTS)
    value: str = item["value"]
    if not _VALUE.fullmatch(value):
        raise RuleBrokenError(f"a header's value has characters that HTTP does not allow, headerName : {name}", EVENTS)
    return value


def _by_name(headers: Headers) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in headers:
        found.setdefault(name, []).append(value)
    return found


def block_size(headers: Headers) -> int:
    """The size of the headers in bytes, as HTTP/1.1 writes them: ``name: value`` and a line break."""
    return sum(len(name) + len(value) + 4 for name, value in headers)
