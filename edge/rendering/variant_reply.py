"""The replies with a variant: its bytes, or a redirect to where it is stored."""

from __future__ import annotations

from email.utils import format_datetime

from edge.contract.cache_control import NO_STORE, REDIRECT
from edge.contract.cache_tags import CACHE_TAG_HEADER
from edge.contract.reply import Reply
from edge.contract.request import ImageRequest
from edge.contract.timings import Timings
from edge.contract.variant_key import VariantKey
from edge.rendering.variant import Variant

#: The raw bytes that fit into a generated reply of 1 MB, headers and base64 included.
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
MAX_BODY = 780_000


def variant_reply(variant: Variant, timings: Timings, method: str) -> Reply:
    """A 200 with the variant. A reply to HEAD is not kept, so that the GET after it finds the stored file."""
    headers = {
        "Content-Type": variant.content_type,
        "Content-Disposition": variant.disposition,
        "Cache-Control": NO_STORE if method == "HEAD" else variant.cache_control,
        "Server-Timing": str(timings),
        CACHE_TAG_HEADER: variant.tags,
    }
    if variant.etag is not None:
        headers["ETag"] = variant.etag
    if variant.last_modified is not None:
        headers["Last-Modified"] = format_datetime(variant.last_modified, usegmt=True)
    return Reply(200, headers, None if method == "HEAD" else variant.body)


def redirect_reply(request: ImageRequest, requested: VariantKey, variant: Variant) -> Reply:
    """A 302 from ``requested`` to ``request``, which names ``variant`` exactly.

    CloudFront keeps it for a minute, unless it leads to itself or is signed: requests with the same variant key share
    what CloudFront keeps, and must not share one's signature or expiry.
    """
    kept = requested != variant.key and request.signature is None
    lifetime = REDIRECT if kept else NO_STORE
    return Reply(302, {"Location": request.spell(), "Cache-Control": lifetime, CACHE_TAG_HEADER: variant.tags}, "")
