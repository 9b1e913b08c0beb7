"""Which paths and tags a batch may contain, and what they match."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.cloudfront.cache_entry import CacheEntry
from infra.local.cloudfront.invalidation_batch import ApiError, InvalidationBatch, parse_tags


def entry(uri: str, viewer_uri: str = "/viewer", *tags: str) -> CacheEntry:
    return CacheEntry("key", uri, viewer_uri, 200, (), frozenset(tags), 0, 0, 0)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("photo.jpg", "begins with /"),
        ("", "begins with /"),
        ("/a~b", "with ~, encoded or not"),
        ("/a%7Eb", "with ~, encoded or not"),
        ("/a%7eb", "with ~, encoded or not"),
        ("/é", "percent-encoded"),
        ("/a b", "percent-encoded"),
        ("/" + "a" * 4000, "at most 4000"),
        ("#", "printable ASCII"),
        ("#a b", "printable ASCII"),
        ("#a,b", "printable ASCII"),
        ("#" + "a" * 257, "at most 256"),
    ],
)
def test_an_invalid_path_or_tag_is_refused(path: str, reason: str) -> None:
    with pytest.raises(ApiError, match=reason) as caught:
        InvalidationBatch("r", (path,)).check(1)
    assert (caught.value.status, caught.value.code) == (400, "InvalidArgument")


@pytest.mark.parametrize("path", ["/", "/*", "/a%20b", "/a*b", "/" + "a" * 3999, "#" + "a" * 256, "#ih-1_x:y"])
def test_a_valid_path_or_tag_is_accepted(path: str) -> None:
    InvalidationBatch("r", (path,)).check(1)


@pytest.mark.parametrize(("reference", "paths"), [("r", ()), ("", ("/a",))])
def test_an_empty_batch_or_reference_is_refused(reference: str, paths: tuple[str, ...]) -> None:
    with pytest.raises(ApiError, match="must not be empty"):
        InvalidationBatch(reference, paths).check(len(paths))


@pytest.mark.parametrize(
    ("path", "uri", "matches"),
    [
        ("/a.jpg", "/a.jpg", True),
        ("/a.jpg", "/A.jpg", False),
        ("/a.jpg", "/a.jpg/x", False),
        ("/a.jpg*", "/a.jpg/x.avif", True),
        ("/a.jpg/*", "/a.jpg", False),
        ("/*", "/anything?at=all", True),
        ("/a*b", "/axb", False),
        ("/a*b", "/a*b", True),
        ("/a%2Bb", "/a+b", False),
        ("/viewer", "/rewritten", True),
        ("/view*", "/rewritten", True),
    ],
)
def test_paths_match_exactly_the_path_before_or_after_viewer_request(path: str, uri: str, matches: bool) -> None:
    assert InvalidationBatch("r", (path,)).matches(entry(uri)) is matches


@pytest.mark.parametrize(("path", "matches"), [("#ONE", True), ("#one", True), ("#on", False), ("#on*", False)])
def test_tags_ignore_case_and_support_no_wildcard(path: str, matches: bool) -> None:
    assert InvalidationBatch("r", (path,)).matches(entry("/a", "/b", "one")) is matches


def test_the_tags_of_a_reply() -> None:
    assert parse_tags(" One,two ,,t wo,#x") == {"one", "two", "#x"}
    assert parse_tags(None) == frozenset()
    assert len(parse_tags(",".join(f"t{number}" for number in range(60)))) == 50
    assert parse_tags("a" * 257) == frozenset()


@given(st.text(max_size=300))
def test_every_tag_of_a_reply_can_be_invalidated(text: str) -> None:
    for tag in parse_tags(text):
        batch = InvalidationBatch("r", (f"#{tag.upper()}",))
        batch.check(1)
        assert batch.matches(entry("/a", "/b", tag)) or tag.upper().lower() != tag
