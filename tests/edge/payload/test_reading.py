"""Methods, errors and conditions of requests that only read."""

from __future__ import annotations

import json

import pytest

from edge.contract.errors import NotFound
from edge.contract.reply import Reply
from edge.payload.http_api import VisitorRequest
from edge.payload.reading import answer_reading, not_modified
from edge.storage.errors import StorageUnavailable

FOUND = Reply(200, {"ETag": '"1"', "Content-Type": "text/plain", "Cache-Control": "no-cache"}, "found")


def request(method: str = "GET", if_none_match: str = "") -> VisitorRequest:
    return VisitorRequest("/a.jpg", "", method, if_none_match=if_none_match)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_is_found_is_replied(method: str) -> None:
    assert answer_reading(request(method), lambda: FOUND) is FOUND


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "get", ""])
def test_another_method_is_a_405_and_nothing_is_asked(method: str) -> None:
    reply = answer_reading(request(method), lambda: pytest.fail("asked"))
    assert (reply.status, reply.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NotFound("original_missing", "None."), 404, "original_missing"),
        (StorageUnavailable("gone"), 503, "store_unavailable"),
        (KeyError("secret"), 500, "internal"),
    ],
)
def test_every_error_is_json_that_nobody_keeps(error: Exception, status: int, code: str) -> None:
    def failing() -> Reply:
        raise error

    reply = answer_reading(request(), failing)
    assert (reply.status, json.loads(str(reply.body))["code"], reply.headers["Cache-Control"]) == (
        status,
        code,
        "no-store",
    )
    assert "secret" not in str(reply.body)
    assert "Allow" not in reply.headers
    assert answer_reading(request("HEAD"), failing).body is None


@pytest.mark.parametrize(
    ("listed", "known"),
    [('"1"', True), ('W/"1"', True), ('"0", "1"', True), ("*", True), ("", False), ('"0"', False), ("1", False)],
)
def test_etags_are_compared_weakly(listed: str, known: bool) -> None:
    assert request(if_none_match=listed).has('"1"') is known
    assert request(if_none_match=listed).has('W/"1"') is known
    assert not request(if_none_match=listed).has("")


def test_a_304_has_what_tells_how_long_the_copy_is_good_for_and_no_body() -> None:
    assert not_modified(FOUND) == Reply(304, {"Cache-Control": "no-cache", "ETag": '"1"'}, None)
