"""The disk cache: restarts, eviction, damaged files."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.local.cloudfront.cache_entry import CacheEntry
from infra.local.cloudfront.disk_cache import DiskCache


def entry(key: str, size: int, stored_at: float = 0.0, tags: frozenset[str] = frozenset()) -> CacheEntry:
    headers = (("etag", '"1"'), ("x-odd", "ü\n"))
    return CacheEntry(key, f"/{key}", f"/viewer/{key}", 200, headers, tags, stored_at, stored_at + 60, size)


def files(root: Path) -> list[Path]:
    return list(root.glob("*/*"))


def test_an_entry_survives_a_restart(tmp_path: Path) -> None:
    body = b"first\nsecond\n\x00"
    kept = entry("a", len(body), tags=frozenset({"one", "two"}))
    DiskCache(tmp_path).put(kept, body)
    again = DiskCache(tmp_path)
    assert again.get("a") == kept
    assert again.body(kept) == body


def test_a_full_cache_evicts_the_least_recently_used_entry(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, max_bytes=30)
    for key in "abc":
        cache.put(entry(key, 10), b"x" * 10)
    cache.get("a")
    cache.put(entry("d", 10), b"x" * 10)
    assert [each.key for each in cache] == ["c", "a", "d"]
    assert len(files(tmp_path)) == 3


def test_entries_without_bodies_are_limited_in_number(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, max_entries=3)
    for key in "abcdef":
        cache.put(entry(key, 0), b"")
    assert [each.key for each in cache] == ["d", "e", "f"]
    assert len(files(tmp_path)) == 3


def test_a_body_larger_than_the_cache_is_not_stored(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, max_bytes=5)
    cache.put(entry("a", 10), b"x" * 10)
    assert len(cache) == len(files(tmp_path)) == 0


def test_a_replaced_entry_counts_once_towards_the_limit(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, max_bytes=25)
    for size in (20, 10, 10):
        cache.put(entry("a", size), b"x" * size)
    cache.put(entry("b", 15), b"y" * 15)
    assert {each.key for each in cache} == {"a", "b"}


def test_a_removed_entry_leaves_no_file(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path)
    cache.put(entry("a", 1), b"x")
    cache.remove(["a", "never there"])
    assert cache.get("a") is None
    assert files(tmp_path) == []


@pytest.mark.parametrize("damage", [b"", b"{}\n", b"not json\nbody", b'{"key": 1}'])
def test_a_file_that_is_not_an_entry_is_deleted_on_start(tmp_path: Path, damage: bytes) -> None:
    DiskCache(tmp_path).put(entry("a", 1), b"x")
    files(tmp_path)[0].write_bytes(damage)
    assert DiskCache(tmp_path).get("a") is None
    assert files(tmp_path) == []


def test_a_truncated_body_is_deleted_on_start(tmp_path: Path) -> None:
    DiskCache(tmp_path).put(entry("a", 5), b"12345")
    file = files(tmp_path)[0]
    file.write_bytes(file.read_bytes()[:-1])
    assert len(DiskCache(tmp_path)) == 0


def test_an_entry_whose_file_was_deleted_is_a_miss(tmp_path: Path) -> None:
    kept = entry("a", 5)
    cache = DiskCache(tmp_path)
    cache.put(kept, b"12345")
    files(tmp_path)[0].unlink()
    assert cache.body(kept) is None
    assert cache.get("a") is None
