"""What both stores guarantee: a directory, and a bucket on a real S3 server."""

from __future__ import annotations

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from edge.contract.cache_control import IMMUTABLE
from edge.storage.errors import Missing, TooLarge
from edge.storage.objects.store import Head, PreconditionFailed, Store

ODD_KEYS = {
    "spaces": "originals/two words/ in a row .jpg",
    "plus": "a+b.jpg",
    "percent": "100%.jpg",
    "escape": "a%20b%2Fc.jpg",
    "hash": "a#b.jpg",
    "question": "a?b=c&d.jpg",
    "accent": "caf\u00e9.jpg",
    "decomposed": "cafe\u0301.jpg",
    "chinese": "照片/海滩.jpg",
    "emoji": "🏖️.jpg",
    "markup": "<&\"'>.jpg",
    "punctuation": "(1)!$,;:=@[]{}|^`~.jpg",
    "dots": "a..b/.hidden/...jpg",
    "512 bytes": "/".join(["é" * 100, "x" * 200, "y" * 106 + ".jpg"]),
    "segment of 255 bytes": "照" * 83 + "xy.jpg",
}
each_odd_key = pytest.mark.parametrize("key", ODD_KEYS.values(), ids=ODD_KEYS.keys())


def test_the_longest_odd_keys_have_the_maximum_length() -> None:
    assert len(ODD_KEYS["512 bytes"].encode()) == 512
    assert len(ODD_KEYS["segment of 255 bytes"].encode()) == 255


@each_odd_key
def test_an_object_is_found_under_its_exact_key(store: Store, key: str) -> None:
    body = key.encode()
    store.put(key, body, content_type="image/jpeg")
    assert store.get(key).body == body
    assert store.head(key).size == len(body)
    assert list(store.list("")) == [key]
    store.delete(key)
    with pytest.raises(Missing):
        store.get(key)


def test_keys_that_differ_only_in_spelling_are_different_objects(store: Store) -> None:
    keys = ["a b.jpg", "a+b.jpg", "a%20b.jpg", "caf\u00e9.jpg", "cafe\u0301.jpg", "A b.jpg"]
    for key in keys:
        store.put(key, key.encode(), content_type="image/jpeg")
    assert [store.get(key).body.decode() for key in keys] == keys
    assert sorted(store.list("")) == sorted(keys)


def test_metadata_is_returned_with_the_body(store: Store) -> None:
    before = datetime.now(UTC) - timedelta(seconds=2)
    metadata = {"version": "0a1b2c3d", "Focal": "310,420", "cache-tag": "ih-1,ih-2 x"}
    named = "inline; filename=\"a_.avif\"; filename*=UTF-8''a%C3%A9.avif"
    etag = store.put(
        "a.avif",
        b"body",
        content_type="image/avif",
        cache_control=IMMUTABLE,
        content_disposition=named,
        metadata=metadata,
    )
    head = store.get("a.avif").head
    assert head.size == 4
    assert head.etag == etag == f'"{hashlib.md5(b"body").hexdigest()}"'  # noqa: S324 - S3's ETag
    assert head.content_type == "image/avif"
    assert (head.cache_control, head.content_disposition) == (IMMUTABLE, named)
    assert head.metadata == {"version": "0a1b2c3d", "focal": "310,420", "cache-tag": "ih-1,ih-2 x"}
    assert head.now is not None
    assert before <= head.last_modified <= head.now


def test_head_returns_the_same_as_get(store: Store) -> None:
    store.put("a.png", b"body", content_type="image/png", metadata={"version": "1"})
    got, head = store.get("a.png").head, store.head("a.png")
    for name in ("size", "etag", "last_modified", "content_type", "cache_control", "content_disposition", "metadata"):
        assert getattr(got, name) == getattr(head, name)


def test_optional_metadata_is_absent(store: Store) -> None:
    store.put("a.png", b"", content_type="image/png")
    head = store.head("a.png")
    assert (head.size, head.cache_control, head.content_disposition, head.metadata) == (0, None, None, {})


def test_a_large_body_is_returned_completely(store: Store) -> None:
    body = hashlib.shake_128(b"seed").digest(9_000_001)
    store.put("big.png", body, content_type="image/png")
    assert store.get("big.png").body == body
    assert store.get("big.png", max_bytes=len(body)).body == body


def test_an_object_that_does_not_exist_is_missing(store: Store) -> None:
    for access in (store.get, store.head):
        with pytest.raises(Missing):
            access("originals/none.jpg")


def test_part_of_a_key_is_not_an_object(store: Store) -> None:
    store.put("photos/a.jpg", b"1", content_type="image/jpeg")
    for key in ("photos", "photos/a.jpg/b.jpg"):
        with pytest.raises(Missing):
            store.get(key)
        store.delete(key)
    assert list(store.list("")) == ["photos/a.jpg"]


def test_more_bytes_than_the_limit_are_rejected(store: Store) -> None:
    store.put("a.jpg", b"12345", content_type="image/jpeg")
    with pytest.raises(TooLarge):
        store.get("a.jpg", max_bytes=4)
    assert store.get("a.jpg", max_bytes=5).body == b"12345"


def test_a_failed_precondition_reports_the_head(store: Store) -> None:
    def is_second(head: Head) -> bool:
        return head.metadata.get("version") == "2"

    store.put("a.jpg", b"12345", content_type="image/jpeg", metadata={"version": "1"})
    with pytest.raises(PreconditionFailed) as failed:
        store.get("a.jpg", only_if=is_second)
    assert (failed.value.head.size, failed.value.head.metadata) == (5, {"version": "1"})
    store.put("a.jpg", b"67890", content_type="image/jpeg", metadata={"version": "2"})
    assert store.get("a.jpg", only_if=is_second).body == b"67890"
    with pytest.raises(Missing):
        store.get("b.jpg", only_if=is_second)


def test_a_precondition_holds_for_the_bytes_that_are_returned(store: Store) -> None:
    """The object is replaced just after the check: a version must not get the bytes of another one."""

    def is_first(head: Head) -> bool:
        store.put("a.jpg", b"67890", content_type="image/jpeg", metadata={"version": "2"})
        return head.metadata.get("version") == "1"

    store.put("a.jpg", b"12345", content_type="image/jpeg", metadata={"version": "1"})
    found = store.get("a.jpg", only_if=is_first)
    assert (found.body, found.head.metadata) == (b"12345", {"version": "1"})


def test_a_second_put_replaces_body_and_metadata(store: Store) -> None:
    store.put("a.jpg", b"old", content_type="image/jpeg", cache_control="no-store", metadata={"version": "1"})
    store.put("a.jpg", b"newer", content_type="image/png", metadata={"version": "2"})
    found = store.get("a.jpg")
    assert found.body == b"newer"
    assert (found.head.content_type, found.head.cache_control) == ("image/png", None)
    assert found.head.metadata == {"version": "2"}


def test_the_same_body_with_other_metadata_has_the_newer_metadata(store: Store) -> None:
    for version in ("1", "2", "3"):
        store.put("a.jpg", b"same", content_type="image/jpeg", metadata={"version": version})
        assert store.get("a.jpg").head.metadata == {"version": version}
        assert store.head("a.jpg").metadata == {"version": version}


def test_only_if_absent_keeps_an_existing_object(store: Store) -> None:
    first = store.put("v/a.webp", b"1", content_type="image/webp", metadata={"version": "1"}, only_if_absent=True)
    assert first is not None
    for body in (b"1", b"2"):
        assert store.put("v/a.webp", body, content_type="image/png", only_if_absent=True) is None
    found = store.get("v/a.webp")
    assert (found.body, found.head.content_type, found.head.metadata) == (b"1", "image/webp", {"version": "1"})


def test_of_sixteen_concurrent_conditional_writes_one_wins(store: Store) -> None:
    start = threading.Barrier(16)

    def write(number: int) -> str | None:
        start.wait()
        body = f"body {number}".encode()
        return store.put("a.jpg", body, content_type="image/jpeg", metadata={"n": str(number)}, only_if_absent=True)

    with ThreadPoolExecutor(16) as pool:
        etags = list(pool.map(write, range(16)))
    (winner,) = [number for number, etag in enumerate(etags) if etag is not None]
    found = store.get("a.jpg")
    assert found.body == f"body {winner}".encode()
    assert found.head.metadata == {"n": str(winner)}
    assert found.head.etag == etags[winner]


def test_readers_never_get_one_body_with_the_metadata_of_another(store: Store) -> None:
    done = threading.Event()
    sizes = [10, 10, 50_000, 50_000, 200_000]

    def write(number: int) -> None:
        for turn in range(25):
            text = f"{number}-{turn}"
            body = text.encode() * sizes[(number + turn) % len(sizes)]
            store.put("p/a.jpg", body, content_type=f"image/{text}", metadata={"text": text})

    def read() -> int:
        seen = 0
        while not done.is_set():
            found = store.get("p/a.jpg")
            text = found.head.metadata["text"].encode()
            assert found.body.replace(text, b"") == b""
            assert found.head.content_type == f"image/{text.decode()}"
            assert found.head.etag == f'"{hashlib.md5(found.body).hexdigest()}"'  # noqa: S324 - S3's ETag
            seen += 1
        return seen

    write(9)
    with ThreadPoolExecutor(6) as pool:
        readers = [pool.submit(read) for _ in range(3)]
        writers = [pool.submit(write, number) for number in range(3)]
        for writer in writers:
            writer.result()
        done.set()
        assert all(reader.result() > 0 for reader in readers)


def test_deleting_twice_is_the_same_as_once(store: Store) -> None:
    store.put("v/p/a.jpg", b"1", content_type="image/jpeg", metadata={"version": "1"})
    store.put("v/b.jpg", b"2", content_type="image/jpeg")
    store.delete("v/p/a.jpg")
    store.delete("v/p/a.jpg")
    assert list(store.list("")) == ["v/b.jpg"]
    store.put("v/p/a.jpg", b"1", content_type="image/jpeg")
    assert store.head("v/p/a.jpg").metadata == {}


def test_concurrent_writes_and_deletes_do_not_disturb_each_other(store: Store) -> None:
    def write_and_delete(number: int) -> None:
        for turn in range(30):
            key = f"v/p/q/{number}-{turn % 3}.jpg"
            assert store.put(key, b"body", content_type="image/jpeg") is not None
            store.delete(key)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write_and_delete, range(6)))
    assert list(store.list("")) == []


def test_a_listing_has_the_object_keys_with_its_prefix(store: Store) -> None:
    keys = ["p/a.jpg", "p/a.jpg.d/1", "p/a/1.jpg", "p/a b.jpg", "p/ab.jpg", "p-1.jpg", "q.jpg", "p/\uffee", "p/🏖"]
    for key in keys:
        store.put(key, b"", content_type="image/jpeg")
    assert sorted(store.list("")) == sorted(keys)
    assert sorted(store.list("p/a")) == sorted(key for key in keys if key.startswith("p/a"))
    assert list(store.list("p/a/")) == ["p/a/1.jpg"]
    assert sorted(store.list("p/a.jpg")) == ["p/a.jpg", "p/a.jpg.d/1"]
    assert list(store.list("none/x")) == []


@pytest.mark.parametrize("key", ["", "/", "/a.jpg", "a//b.jpg", "a/", ".", "..", "a/../b.jpg", "../a.jpg", "a/./b"])
def test_an_object_key_that_is_a_path_to_elsewhere_is_rejected(store: Store, key: str) -> None:
    for access in (store.get, store.head, store.delete):
        with pytest.raises(ValueError, match="not an object key"):
            access(key)
    with pytest.raises(ValueError, match="not an object key"):
        store.put(key, b"", content_type="image/jpeg")


@pytest.mark.parametrize("key", ["a\0b.jpg", "x" * 252 + ".jpg", "y" * 200 + "/" + "x/" * 412 + "z", "\ud800.jpg"])
def test_an_object_key_that_one_store_cannot_keep_is_rejected_by_both(store: Store, key: str) -> None:
    with pytest.raises(ValueError, match=r"key|surrogates"):
        store.put(key, b"", content_type="image/jpeg")


@pytest.mark.parametrize("value", ["", " x", "x ", "é", "a\r\nx-amz-acl: public-read", "\t"])
def test_metadata_that_a_header_would_change_is_rejected(store: Store, value: str) -> None:
    with pytest.raises(ValueError, match="metadata"):
        store.put("a.jpg", b"", content_type="image/jpeg", metadata={"version": value})
    assert list(store.list("")) == []
