"""Sidecars: which entry describes which file."""

from __future__ import annotations

import os
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


@pytest.mark.parametrize("text", [b"", b"{", b"null", b"[1]", b'[{"file": "x"}]', b"\xff"])
def test_a_damaged_sidecar_has_no_entries(text: bytes) -> None:
    assert parse_sidecar(text) == []


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
