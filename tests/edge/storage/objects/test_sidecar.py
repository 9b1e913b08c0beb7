"""Sidecars: which entry describes which file."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from edge.storage.objects.sidecar import (
    SidecarEntry,
    file_token,
    find_by_body,
    find_by_file,
    guess_head,
    parse_sidecar,
    spell_sidecar,
)


def entry(body: bytes, token: str, version: str = "1") -> SidecarEntry:
    return SidecarEntry.of(body, token, "image/avif", "no-store", {"version": version})


def test_a_sidecar_survives_a_round_trip() -> None:
    entries = [entry(b"old", "1-2-3"), entry(b"new", "4-5-6")]
    assert parse_sidecar(spell_sidecar(entries)) == entries


def _changed(**values: object) -> bytes:
    [written] = json.loads(spell_sidecar([entry(b"body", "1-2-3")]))
    return json.dumps([written | values]).encode()


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"null",
        b"5",
        b"[1]",
        b'["text"]',
        b'[{"file": "x"}]',
        b'{"file": "x"}',
        b"\xff",
        b"[" * 100_000,
        b" " * 100_001,
        _changed(surplus="x"),
        _changed(metadata=None, file=None),
        _changed(metadata="text"),
        _changed(metadata={"version": 5}),
        _changed(metadata={"version": "1\r\nset-cookie: a=b"}),
        _changed(content_type="text/html\nx: y"),
        _changed(content_type=5),
        _changed(cache_control=["no-store"]),
        _changed(content_disposition="inline\nx: y"),
        _changed(content_disposition=5),
        _changed(etag=""),
        _changed(size="4"),
        _changed(crc=None),
        _changed(last_modified="yesterday"),
        _changed(last_modified=5),
        _changed(last_modified="0001-01-01T00:00:00+05:00"),
    ],
)
def test_a_damaged_sidecar_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"it is damaged|more than"):
        parse_sidecar(text)


def test_an_entry_has_the_head_of_its_object() -> None:
    head = entry(b"body", "1-2-3").head()
    assert (head.size, head.content_type, head.cache_control) == (4, "image/avif", "no-store")
    assert head.metadata == {"version": "1"}


def test_an_entry_is_found_by_the_file_that_was_written(tmp_path: Path) -> None:
    path = tmp_path / "body"
    path.write_bytes(b"body")
    status = path.stat()
    ours = entry(b"body", file_token(status))
    assert find_by_file([entry(b"body", "1-2-3"), ours], status) is ours
    assert find_by_file([replace(ours, size=5)], status) is None
    os.utime(path, ns=(0, 0))
    assert find_by_file([ours], path.stat()) is None


def test_in_a_copy_the_newest_entry_of_the_same_body_is_found() -> None:
    entries = [entry(b"same", "1-2-3", "1"), entry(b"same", "4-5-6", "2"), entry(b"diff", "7-8-9", "3")]
    assert find_by_body(entries, b"same") is entries[1]
    assert find_by_body(entries, b"none") is None


@pytest.mark.parametrize(
    ("object_key", "content_type"),
    [("a.JPG", "image/jpeg"), ("config/edge.json", "application/json"), ("a", "application/octet-stream")],
)
def test_the_type_of_a_copied_file_follows_from_its_extension(
    tmp_path: Path, object_key: str, content_type: str
) -> None:
    head = guess_head(object_key, b"body", tmp_path.stat())
    assert (head.content_type, head.size, head.metadata) == (content_type, 4, {})


@pytest.mark.parametrize("seconds", [-(10**12), 10**12])
def test_a_copied_file_may_have_an_impossible_time(seconds: int) -> None:
    status = os.stat_result((0o100644, 1, 1, 1, 0, 0, 4, seconds, seconds, seconds))
    assert 1970 <= guess_head("a.png", b"body", status).last_modified.year <= 9999
