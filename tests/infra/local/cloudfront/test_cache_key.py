"""What the cache key consists of."""

from __future__ import annotations

import pytest

from infra.local.cloudfront.cache_key import cache_key, selected_headers, uri_in_key
from infra.local.cloudfront.distribution import CachePolicy, Selection
from infra.local.cloudfront.messages import HttpRequest

SENT = (("accept", "image/avif"), ("host", "x"))
REQUEST = HttpRequest("GET", "/a", "w=1&x=2", SENT)
POLICY = CachePolicy(
    0,
    0,
    0,
    headers=Selection("whitelist", frozenset({"accept"})),
    query=Selection("allExcept", frozenset({"x"})),
)


def test_the_cache_policy_selects_what_is_in_the_key() -> None:
    assert uri_in_key(REQUEST, POLICY) == "/a?w=1"
    assert selected_headers(REQUEST, POLICY.headers) == (("accept", "image/avif"),)
    assert cache_key(REQUEST, POLICY) == "GET\n/a?w=1\naccept: image/avif"


def test_a_header_that_two_policies_select_is_sent_once() -> None:
    both = Selection("whitelist", frozenset({"accept", "host"}))
    assert selected_headers(REQUEST, POLICY.headers, both) == SENT


def test_the_path_alone_is_the_key_by_default() -> None:
    assert cache_key(REQUEST, CachePolicy(0, 0, 0)) == "GET\n/a"


@pytest.mark.parametrize(("method", "shared"), [("HEAD", True), ("OPTIONS", False)])
def test_head_shares_the_entry_of_get_and_other_methods_have_their_own(method: str, shared: bool) -> None:
    key = cache_key(HttpRequest(method, "/a", "w=1&x=2", SENT), POLICY)
    assert (key == cache_key(REQUEST, POLICY)) is shared
