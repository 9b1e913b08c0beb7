"""The reply for an error."""

from __future__ import annotations

import json

import pytest

from edge.contract.errors import NotFound, ServiceUnavailable
from edge.contract.reply import FallbackImage, Reply, error_reply

MISSING = NotFound("original_missing", "There is no image with this key.")


def test_an_error_is_json_with_its_code_in_a_header() -> None:
    reply = error_reply(MISSING, "GET")
    assert isinstance(reply.body, str)
    assert json.loads(reply.body) == MISSING.as_dict()
    headers = {"Content-Type": "application/json", "X-Imagehub-Error": "original_missing", "Cache-Control": "no-store"}
    assert (reply.status, reply.headers) == (404, headers)


def test_a_fallback_image_replaces_the_json() -> None:
    reply = error_reply(MISSING, "GET", image=FallbackImage(b"pixels", "image/png"))
    assert (reply.status, reply.body, reply.headers["Content-Type"]) == (404, b"pixels", "image/png")
    assert reply.headers["X-Imagehub-Error"] == "original_missing"
    assert reply.headers["Content-Disposition"] == 'inline; filename="fallback.png"'


@pytest.mark.parametrize(
    ("reply", "lifetime"),
    [
        (error_reply(MISSING, "GET", kept=True), "max-age=10"),
        (error_reply(MISSING, "GET", kept=False), "no-store"),
        (error_reply(MISSING, "HEAD", kept=True), "no-store"),
        (error_reply(ServiceUnavailable.storage(), "GET", kept=True), "no-store"),
    ],
)
def test_cloudfront_keeps_an_error_of_the_origin_to_a_get(reply: Reply, lifetime: str) -> None:
    assert reply.headers["Cache-Control"] == lifetime


def test_a_reply_to_head_has_no_body() -> None:
    assert error_reply(MISSING, "HEAD").body is None


def test_cache_tags_are_sent_if_there_are_any() -> None:
    assert error_reply(MISSING, "GET", tags="ih-1").headers["x-amz-meta-cache-tag"] == "ih-1"
    assert "x-amz-meta-cache-tag" not in error_reply(MISSING, "GET").headers
