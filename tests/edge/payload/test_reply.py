"""Replies in payload format 2.0."""

from __future__ import annotations

import json

import pytest

from edge.contract.reply import Reply
from edge.payload.reply import MAX_RAW_BODY, spell


@pytest.mark.parametrize(
    ("body", "text", "is_binary"),
    [("{}", "{}", False), (b"\xff\x00", "/wA=", True), (b"", "", True), (None, "", False)],
)
def test_a_reply_is_spelled_as_lambda_accepts_it(body: str | bytes | None, text: str, is_binary: bool) -> None:
    assert spell(Reply(404, {"Cache-Control": "max-age=10"}, body)) == {
        "statusCode": 404,
        "headers": {"X-Content-Type-Options": "nosniff", "Cache-Control": "max-age=10"},
        "body": text,
        "isBase64Encoded": is_binary,
    }


def test_the_largest_body_fits_into_lambdas_reply_with_room_for_headers() -> None:
    reply = json.dumps(spell(Reply(200, {}, bytes(MAX_RAW_BODY))))
    assert len(reply) + 20_480 < 6 * 1024 * 1024
