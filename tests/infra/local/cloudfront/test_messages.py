"""Requests and responses as values."""

from __future__ import annotations

from infra.local.cloudfront.messages import HttpRequest, HttpResponse

RESPONSE = HttpResponse(200, (("a", "1"), ("b", "2"), ("a", "3")), b"body")


def test_repeated_headers_are_joined_and_a_missing_one_is_none() -> None:
    assert (RESPONSE.header("a"), RESPONSE.header("c")) == ("1, 3", None)


def test_added_headers_replace_those_of_the_same_name() -> None:
    assert RESPONSE.with_headers([("a", "4"), ("c", "5")]).headers == (("b", "2"), ("a", "4"), ("c", "5"))
    assert RESPONSE.without_headers(["a"]).headers == (("b", "2"),)


def test_a_url_has_a_question_mark_only_before_a_query() -> None:
    assert HttpRequest("GET", "/a", "w=1").url == "/a?w=1"
    assert HttpRequest("GET", "/a").url == "/a"
