"""Ranges and conditional requests against a complete reply."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.cloudfront.conditional_requests import for_viewer
from infra.local.cloudfront.messages import HttpRequest, HttpResponse

BODY = b"0123456789"
HEADERS = (("etag", '"1"'), ("last-modified", "Mon, 23 Nov 2026 09:00:00 GMT"), ("content-type", "image/avif"))
COMPLETE = HttpResponse(200, HEADERS, BODY)


def ask(method: str = "GET", **headers: str) -> HttpResponse:
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return for_viewer(HttpRequest(method, "/a", headers=pairs), COMPLETE)


@given(st.integers(0, 20), st.one_of(st.none(), st.integers(0, 20)))
def test_a_range_is_a_slice_of_the_body(first: int, last: int | None) -> None:
    reply = ask(range=f"bytes={first}-{'' if last is None else last}")
    wanted = BODY[first : None if last is None else last + 1]
    if last is not None and last < first:
        assert reply == COMPLETE
    elif first >= len(BODY):
        assert (reply.status, reply.header("content-range"), reply.body) == (416, "bytes */10", b"")
    else:
        assert (reply.status, reply.body) == (206, wanted)
        assert reply.header("content-range") == f"bytes {first}-{first + len(wanted) - 1}/10"


@given(st.integers(1, 20))
def test_a_suffix_range_is_the_end_of_the_body(count: int) -> None:
    assert ask(range=f"bytes=-{count}").body == BODY[-count:]


def test_a_suffix_of_zero_bytes_is_unsatisfiable() -> None:
    assert ask(range="bytes=-0").status == 416


@pytest.mark.parametrize(
    "text", ["bytes=-", "bytes=0-" + "9" * 5000, "bytes=٠-١", "bytes=0-1,3-4", "lines=1-2", "bytes=a-b", "bytes 0-1"]
)
def test_a_malformed_range_is_ignored(text: str) -> None:
    assert ask(range=text) == COMPLETE


@pytest.mark.parametrize(
    ("validator", "status"), [('"1"', 206), ('"2"', 200), ("Mon, 23 Nov 2026 09:00:00 GMT", 206), ("yesterday", 200)]
)
def test_if_range_applies_the_range_only_to_the_version_that_it_names(validator: str, status: int) -> None:
    assert ask(range="bytes=0-0", if_range=validator).status == status


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("if_none_match", '"1"', 304),
        ("if_none_match", 'W/"1"', 304),
        ("if_none_match", '"0", "1"', 304),
        ("if_none_match", "*", 304),
        ("if_none_match", '"2"', 200),
        ("if_modified_since", "Mon, 23 Nov 2026 09:00:00 GMT", 304),
        ("if_modified_since", "Mon, 23 Nov 2026 08:59:59 GMT", 200),
        ("if_modified_since", "yesterday", 200),
    ],
)
def test_a_viewer_that_has_the_current_version_gets_a_304(name: str, value: str, status: int) -> None:
    reply = ask(**{name: value})
    assert reply.status == status
    assert reply.header("etag") == '"1"'
    assert (reply.body, reply.header("content-type")) == ((b"", None) if status == 304 else (BODY, "image/avif"))


def test_if_none_match_takes_precedence_over_if_modified_since() -> None:
    assert ask(if_none_match='"2"', if_modified_since="Mon, 23 Nov 2026 10:00:00 GMT").status == 200


def test_head_gets_the_length_without_a_body_and_ignores_ranges() -> None:
    reply = ask("HEAD", range="bytes=0-1")
    assert (reply.status, reply.body, reply.header("content-length")) == (200, b"", "10")


@pytest.mark.parametrize(
    "response", [HttpResponse(404, HEADERS, BODY), HttpResponse(206, HEADERS, BODY), HttpResponse(302, HEADERS)]
)
def test_a_reply_that_is_not_a_complete_200_is_left_unchanged(response: HttpResponse) -> None:
    headers = (("range", "bytes=0-1"), ("if-none-match", '"1"'))
    assert for_viewer(HttpRequest("GET", "/a", headers=headers), response) == response
    assert for_viewer(HttpRequest("GET", "/a", headers=headers), COMPLETE, complete=False) == COMPLETE
