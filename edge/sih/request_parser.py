"""Which grammar a URL is written in, and what it asks for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from types import MappingProxyType

from edge.sih.errors import SihError
from edge.sih.json_path import parse_json_path
from edge.sih.query import SihQuery
from edge.sih.requested_image import MAX_EDITS, RequestedImage
from edge.sih.rewrite_rule import RewriteRule
from edge.sih.thumbor_path import parse_thumbor_path

#: CloudFront's longest URL: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
MAX_PATH = 8192


def parse_request(
    path: str, query: SihQuery, buckets: Collection[str], rule: RewriteRule | None, *, strict: bool
) -> RequestedImage:
    """What a decoded ``path`` with ``query`` asks for. Raises `SihError`.

    A path that is base64 of a JSON object is read as that. Every other is first rewritten by ``rule``, if there is one.
    """
    if len(path) > MAX_PATH:
        raise SihError.request_type(f"The path has {len(path)} characters; at most {MAX_PATH} are allowed.")
    requested = parse_json_path(path)
    if requested is None:
        rewritten = rule.apply(path) if rule else path
        requested = parse_thumbor_path(rewritten, buckets, strict=strict)
    edits = {**requested.edits, **query.edits}
    if len(edits) > MAX_EDITS:
        raise SihError.not_parsed(f"There are {len(edits)} edits; at most {MAX_EDITS} are allowed.")
    return replace(requested, edits=MappingProxyType(edits))
