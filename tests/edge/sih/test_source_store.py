"""A bucket of originals that is only read, beside the store of our variants."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge.sih.source_buckets import SourceBucket
from edge.sih.source_store import SourceStore
from edge.storage.errors import Missing
from edge.storage.objects.location import open_store
from edge.storage.objects.store import PreconditionFailed

ORIGINAL = "originals/~archive/folder/a.bin"


@pytest.fixture
def store(tmp_path: Path) -> SourceStore:
    folders = [tmp_path / name for name in ("ours", "theirs")]
    for folder in folders:
        folder.mkdir()
    ours, theirs = (open_store(folder.as_uri()) for folder in folders)
    metadata = {"version": "00000001", "examined": "1", "verdict": "withheld"}
    theirs.put("folder/a.bin", b"theirs", content_type="image/png", metadata=metadata)
    ours.put("variants/a", b"ours", content_type="image/webp", metadata={"cache-tag": "x"})
    return SourceStore(ours, theirs, SourceBucket("archive", location=folders[1].as_uri()))


def test_originals_are_read_there_without_their_metadata_and_all_else_here(store: SourceStore) -> None:
    found = store.get(ORIGINAL)
    assert (found.body, found.head.content_type, found.head.metadata) == (b"theirs", "image/png", {})
    head = store.head(ORIGINAL)
    assert (head.etag, head.metadata) == (found.head.etag, {})
    assert store.get("variants/a").body == b"ours"
    assert store.head("variants/a").metadata == {"cache-tag": "x"}
    assert list(store.list("variants/")) == ["variants/a"]
    with pytest.raises(Missing):
        store.head("originals/~archive/b")


def test_a_condition_sees_no_metadata_either(store: SourceStore) -> None:
    assert store.get(ORIGINAL, only_if=lambda head: not head.metadata).body == b"theirs"
    with pytest.raises(PreconditionFailed) as raised:
        store.get(ORIGINAL, only_if=lambda _: False)
    assert raised.value.head.metadata == {}


def test_nothing_is_ever_written_or_deleted_there(store: SourceStore) -> None:
    with pytest.raises(ValueError, match="only read"):
        store.put(ORIGINAL, b"x", content_type="image/png")
    with pytest.raises(ValueError, match="only read"):
        store.delete(ORIGINAL)
    store.put("variants/b", b"b", content_type="image/png", only_if_absent=True)
    store.delete("variants/a")
    assert list(store.list("variants/")) == ["variants/b"]
