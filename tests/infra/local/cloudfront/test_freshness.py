"""How long replies are cached."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.cloudfront.distribution import CachePolicy
from infra.local.cloudfront.freshness import lifetime, may_be_served_stale, parse_cache_control

POLICY = CachePolicy(0, 86400, 31536000)


def cached_seconds(
    status: int, cache_control: str | None, policy: CachePolicy = POLICY, error_ttl: int = 0
) -> int | None:
    headers = (("cache-control", cache_control),) if cache_control is not None else ()
    return lifetime(status, headers, policy, error_ttl, now=0)


@pytest.mark.parametrize(
    ("status", "cache_control", "seconds"),
    [
        (200, "public, max-age=31536000, immutable", 31536000),
        (200, "max-age=60, s-maxage=86400", 86400),
        (200, 'S-MaxAge="5", Max-Age=7', 5),
        (200, "max-age=99999999999", 31536000),
        (200, "max-age=soon", 86400),
        (200, None, 86400),
        (200, "no-store", None),
        (200, "no-store, max-age=60", None),
        (200, "private, max-age=60", None),
        (200, "no-cache", 0),
        (200, "max-age=0", 0),
        (302, "max-age=60", 60),
        (302, "no-store", None),
        (206, "max-age=60", None),
        (304, "max-age=60", None),
        (404, "max-age=10", 10),
        (404, None, None),
        (404, "no-store", None),
        (400, "max-age=60", 60),
        (403, None, None),
        (415, "max-age=60", 60),
        (413, "max-age=60", None),
        (416, "max-age=60", None),
        (422, "max-age=60", None),
        (503, "no-store", None),
        (503, "max-age=5", 5),
    ],
)
def test_lifetimes_with_the_deployed_settings(status: int, cache_control: str | None, seconds: int | None) -> None:
    assert cached_seconds(status, cache_control) == seconds


@pytest.mark.parametrize(
    ("status", "cache_control", "seconds"),
    [
        (404, None, 10),
        (404, "max-age=5", 10),
        (404, "max-age=50", 50),
        (404, "no-store", None),
        (500, "no-store", 10),
        (403, None, None),
        (403, "max-age=5", 10),
    ],
)
def test_the_error_ttl_is_the_minimum_for_an_error(status: int, cache_control: str | None, seconds: int | None) -> None:
    assert cached_seconds(status, cache_control, error_ttl=10) == seconds


def test_a_minimum_ttl_caches_even_no_store() -> None:
    assert cached_seconds(200, "no-store", CachePolicy(1, 60, 60)) == 1


def test_expires_counts_if_there_is_no_max_age() -> None:
    headers = (("expires", "Thu, 01 Jan 1970 00:01:40 GMT"),)
    assert lifetime(200, headers, POLICY, 0, now=40) == 60
    assert lifetime(200, (*headers, ("cache-control", "max-age=5")), POLICY, 0, now=40) == 5
    assert lifetime(200, (("expires", "0"),), POLICY, 0, now=40) == 0


ttls = st.integers(0, 10**6)


@given(ttls, ttls, ttls, st.one_of(st.none(), st.integers(0, 10**9)), st.integers(200, 399))
def test_a_success_is_cached_between_the_minimum_and_the_maximum_ttl(
    first: int, second: int, third: int, age: int | None, status: int
) -> None:
    minimum, default, maximum = sorted((first, second, third))
    seconds = cached_seconds(status, None if age is None else f"max-age={age}", CachePolicy(minimum, default, maximum))
    assert seconds is None if status in (206, 304) else seconds is not None and minimum <= seconds <= maximum


@given(st.integers(400, 599), ttls, st.one_of(st.none(), ttls))
def test_an_error_is_never_cached_for_less_than_the_error_ttl(status: int, error_ttl: int, age: int | None) -> None:
    seconds = cached_seconds(status, None if age is None else f"max-age={age}", error_ttl=error_ttl)
    assert seconds is None or seconds >= max(1, error_ttl)


@given(st.text())
def test_any_cache_control_header_can_be_parsed(text: str) -> None:
    assert all(name == name.strip().lower() != "" for name in parse_cache_control(text))
    cached_seconds(200, text)


@pytest.mark.parametrize(
    ("cache_control", "allowed"),
    [("max-age=60", True), ("max-age=60, must-revalidate", False), ("no-cache", False), ("proxy-revalidate", False)],
)
def test_which_stale_copies_may_be_served_while_the_origin_fails(cache_control: str, allowed: bool) -> None:
    assert may_be_served_stale((("cache-control", cache_control),)) is allowed
