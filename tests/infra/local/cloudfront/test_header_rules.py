"""Which headers a function may return: read-only ones, disallowed ones, their shape and size."""

from __future__ import annotations

import pytest

from infra.local.cloudfront.header_rules import RuleBrokenError, block_size, read_headers

BEFORE = (("host", "cdn.example"), ("x-edge-location", "abc"))
KEPT = {"host": [{"value": "cdn.example"}], "x-edge-location": [{"value": "abc"}]}


def test_a_disallowed_header_may_be_kept_but_not_changed() -> None:
    assert read_headers(KEPT, "viewer-request", BEFORE) == BEFORE
    with pytest.raises(RuleBrokenError, match="disallowed header, headerName : x-edge-location"):
        read_headers(KEPT | {"x-edge-location": [{"value": "def"}]}, "viewer-request", BEFORE)


def test_a_disallowed_header_may_be_removed() -> None:
    assert read_headers({"host": KEPT["host"]}, "viewer-request", BEFORE) == BEFORE[:1]


@pytest.mark.parametrize(
    ("event", "name"),
    [("viewer-request", "host"), ("viewer-request", "content-length"), ("origin-response", "via")],
)
def test_read_only_headers_depend_on_the_event(event: str, name: str) -> None:
    with pytest.raises(RuleBrokenError, match=f"tried to add read-only header, headerName : {name}"):
        read_headers({name: [{"value": "x"}]}, event, ())


def test_a_value_may_have_tabs_and_latin_1_but_no_control_characters() -> None:
    assert read_headers({"x-a": [{"value": "a\té"}]}, "viewer-request", ()) == (("x-a", "a\té"),)
    with pytest.raises(RuleBrokenError, match="characters that HTTP does not allow"):
        read_headers({"x-a": [{"value": "a\x00"}]}, "viewer-request", ())


def test_the_size_of_headers_is_that_of_http_1_1() -> None:
    assert block_size((("a", "b"), ("cd", ""))) == len(b"a: b\r\ncd: \r\n")


def test_headers_may_have_20480_bytes_in_all() -> None:
    fits = 20_480 - len("x-a: \r\n")
    assert read_headers({"x-a": [{"value": "b" * fits}]}, "viewer-request", ())
    with pytest.raises(RuleBrokenError, match="at most 20480 bytes"):
        read_headers({"x-a": [{"value": "b" * (fits + 1)}]}, "viewer-request", ())
