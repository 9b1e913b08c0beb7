"""Percent-encoding of URL paths: one encoder for URLs, variant keys and S3 requests, and its inverse."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes

from edge.contract.errors import BadRequest

#: CloudFront's longest URL: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
MAX_PATH = 8192
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


@lru_cache(maxsize=4096)
def encode_path(path: str) -> str:
    """``path`` as it stands in a URL: ``A-Z a-z 0-9 - . _ /`` as they are, every other byte as ``%XX``.

    ``+`` is escaped too, because S3 reads it as a space.
    """
    return quote(path, safe="/-._").replace("~", "%7E")


def decode_path(path: str) -> str:
    """The inverse of `encode_path`, to be applied exactly once. Raises `BadRequest` for broken escapes or UTF-8."""
    if len(path) > MAX_PATH:
        raise BadRequest("path_invalid", f"The path has {len(path)} characters; at most {MAX_PATH} are allowed.")
    if path.isascii() and "%" not in path:
        return path
    if _BROKEN_ESCAPE.search(path):
        raise BadRequest("path_invalid", "The path contains a '%' that does not begin an escape such as %20.")
    try:
        return unquote_to_bytes(path).decode("utf-8")
    except UnicodeError:
        raise BadRequest("path_invalid", "The path is not percent-encoded UTF-8.") from None
