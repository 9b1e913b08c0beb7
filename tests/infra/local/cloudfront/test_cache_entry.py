"""The entry as JSON."""

from __future__ import annotations

import pytest

from infra.local.cloudfront.cache_entry import CacheEntry
from infra.local.cloudfront.messages import HttpResponse

HEADERS = (("etag", '"1"'), ("set-cookie", "a"), ("set-cookie", "b"), ("x-odd", "ü\n"))
ENTRY = CacheEntry("GET\n/a", "/a", "/viewer/a", 200, HEADERS, frozenset({"two", "one"}), 1.5, 61.5, 3)


def test_an_entry_is_one_line_and_reads_back_the_same() -> None:
    line = ENTRY.to_json()
    assert b"\n" not in line
    assert CacheEntry.from_json(line) == ENTRY


@pytest.mark.parametrize(("now", "fresh"), [(61.4, True), (61.5, False)])
def test_an_entry_is_fresh_until_it_expires(now: float, fresh: bool) -> None:
    assert ENTRY.is_fresh(now) is fresh


def test_an_entry_and_its_body_are_the_response() -> None:
    assert ENTRY.response(b"abc") == HttpResponse(200, HEADERS, b"abc")
    assert ENTRY.header("set-cookie") == "a, b"
