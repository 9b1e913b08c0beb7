"""Path patterns of cache behaviours, and what is in a cache key."""

from __future__ import annotations

import pytest

from infra.local.cloudfront.distribution import CacheBehaviour, CachePolicy, Distribution, S3Origin, Selection


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("/plain/*.txt", "/plain/a/b.txt", True),
        ("plain/*.txt", "/plain/a.txt", True),
        ("/plain/*.txt", "/plain/a.TXT", False),
        ("/a?.jpg", "/ab.jpg", True),
        ("/a?.jpg", "/a.jpg", False),
        ("/a.jpg", "/aXjpg", False),
    ],
)
def test_path_patterns(pattern: str, path: str, matches: bool) -> None:
    policy, origin = CachePolicy(0, 0, 0), S3Origin("b", "r", "")
    special = CacheBehaviour(pattern, origin, policy, frozenset(), frozenset())
    default = CacheBehaviour(None, origin, policy, frozenset(), frozenset())
    assert (Distribution((special, default)).behaviour(path) is special) is matches


@pytest.mark.parametrize(
    ("behaviour", "included"), [("none", False), ("all", True), ("whitelist", True), ("allExcept", False)]
)
def test_a_selection_includes_a_listed_name(behaviour: str, included: bool) -> None:
    assert Selection(behaviour, frozenset({"w"})).includes("w") is included


def test_an_error_without_a_ttl_has_cloudfronts_default() -> None:
    distribution = Distribution((), {404: 0})
    assert (distribution.error_ttl(404), distribution.error_ttl(503)) == (0, 10)
