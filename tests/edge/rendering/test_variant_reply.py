"""The replies with a variant."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from edge.contract.cache_control import ALIAS, IMMUTABLE, NO_STORE, REDIRECT
from edge.contract.recipe import Recipe
from edge.contract.request import ImageRequest
from edge.contract.timings import Timings
from edge.contract.variant_key import VariantKey
from edge.rendering.variant import Variant
from edge.rendering.variant_reply import MAX_BODY, redirect_reply, variant_reply

VARIANT = Variant(VariantKey("a.jpg", "1f2e3d4c", "96c24d99", "w300", "avif"), b"pixels", 6, "image/avif")
STORED = replace(VARIANT, etag='"e"', last_modified=datetime(2026, 11, 2, 10, tzinfo=UTC))


def test_a_variant_is_sent_with_its_type_its_lifetime_its_timings_and_its_tags() -> None:
    reply = variant_reply(VARIANT, Timings(decode=1.25), "GET")
    assert (reply.status, reply.body) == (200, b"pixels")
    assert reply.headers == {
        "Content-Type": "image/avif",
        "Content-Disposition": 'inline; filename="a.avif"',
        "Cache-Control": IMMUTABLE,
        "Server-Timing": "decode;dur=1.2",
        "x-amz-meta-cache-tag": VARIANT.tags,
    }


def test_a_stored_variant_has_the_validators_of_its_object() -> None:
    headers = variant_reply(STORED, Timings(), "GET").headers
    assert (headers["ETag"], headers["Last-Modified"]) == ('"e"', "Mon, 02 Nov 2026 10:00:00 GMT")


def test_a_reply_to_head_has_no_body_and_is_not_kept() -> None:
    reply = variant_reply(STORED, Timings(), "HEAD")
    assert (reply.status, reply.body, reply.headers["Cache-Control"]) == (200, None, NO_STORE)
    assert reply.headers["Content-Type"] == "image/avif"


def test_an_alias_is_sent_with_the_lifetime_of_an_alias() -> None:
    reply = variant_reply(replace(STORED, cache_control=ALIAS), Timings(), "GET")
    assert reply.headers["Cache-Control"] == ALIAS


@pytest.mark.parametrize(
    ("version", "signature", "lifetime"),
    [("any", None, REDIRECT), ("1f2e3d4c", None, NO_STORE), ("any", "k1.AAAAAAAAAAAAAAAAAAAAAA", NO_STORE)],
)
def test_a_redirect_is_kept_unless_it_leads_to_itself_or_is_signed(
    version: str, signature: str | None, lifetime: str
) -> None:
    request = ImageRequest("a.jpg", Recipe(300), version="1f2e3d4c", signature=signature)
    reply = redirect_reply(request, replace(STORED.key, version=version), STORED)
    assert (reply.status, reply.body, reply.headers["Cache-Control"]) == (302, "", lifetime)
    assert reply.headers["Location"] == request.spell()
    assert reply.headers["x-amz-meta-cache-tag"] == STORED.tags


def test_the_largest_body_fits_into_one_megabyte_with_base64_and_headers() -> None:
    """https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html"""
    base64 = 4 * -(-MAX_BODY // 3)
    assert 1_000_000 < base64 < 2**20 - 8_000
