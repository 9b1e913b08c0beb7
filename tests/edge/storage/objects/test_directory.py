"""What a directory must survive that a bucket need not: people, kills and missing disks."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from edge.storage.errors import Missing, StorageUnavailable
from edge.storage.objects.directory import DirectoryStore

_OWN_FILES = {".meta", ".tmp", ".locks"}
#: A writer in another process: it writes bodies that match their metadata, as fast as it can, until it is killed.
_WRITER = """
import sys
from pathlib import Path
from edge.storage.objects.directory import DirectoryStore
store = DirectoryStore(Path(sys.argv[1]))
print("ready", flush=True)
for turn in range(10**9):
    text = f"{sys.argv[2]}-{turn}"
    body = text.encode() * (300_000 // len(text))
    store.put("p/a.jpg", body, content_type="image/jpeg", metadata={"text": text})
    store.put(f"new/{sys.argv[2]}/{turn}.jpg", body, content_type="image/jpeg", metadata={"text": text},
              only_if_absent=True)
    if turn > 20:
        store.delete(f"new/{sys.argv[2]}/{turn - 20}.jpg")
"""


def _start_writer(store: DirectoryStore, name: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", _WRITER, str(store.root), name]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    return process


def _kill(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


def _check_complete(store: DirectoryStore, key: str) -> None:
    found = store.get(key)
    text = found.head.metadata["text"].encode()
    assert found.body == text * (300_000 // len(text))
    assert found.head.etag == f'"{hashlib.md5(found.body).hexdigest()}"'  # noqa: S324 - S3's ETag


def test_the_body_is_a_plain_file(directory: DirectoryStore) -> None:
    directory.put("originals/照片 1.jpg", b"pixels", content_type="image/jpeg")
    assert (directory.root / "originals" / "照片 1.jpg").read_bytes() == b"pixels"


def test_a_writer_killed_at_any_moment_leaves_no_incomplete_object(directory: DirectoryStore) -> None:
    for turn in range(6):
        process = _start_writer(directory, str(turn))
        time.sleep(0.02 + 0.017 * turn)
        _kill(process)
        keys = list(directory.list(""))
        for key in keys:
            _check_complete(directory, key)
    assert directory.put("p/a.jpg", b"after", content_type="image/jpeg") is not None
    assert directory.get("p/a.jpg").head.metadata == {}


def test_readers_get_complete_objects_while_other_processes_write(directory: DirectoryStore) -> None:
    writers = [_start_writer(directory, name) for name in ("one", "two")]
    try:
        while not (directory.root / "p" / "a.jpg").exists():
            time.sleep(0.01)
        seen = set()
        for _ in range(150):
            _check_complete(directory, "p/a.jpg")
            seen.add(directory.head("p/a.jpg").metadata["text"])
        assert len(seen) > 1
    finally:
        for writer in writers:
            _kill(writer)


def _write_if_absent(root: Path, number: int) -> str | None:
    body = f"body {number}".encode()
    return DirectoryStore(root).put("v/a.jpg", body, content_type="image/jpeg", only_if_absent=True)


def test_of_many_processes_with_conditional_writes_one_wins(directory: DirectoryStore) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        etags = pool.starmap(_write_if_absent, [(directory.root, number) for number in range(40)], chunksize=1)
    (winner,) = [number for number, etag in enumerate(etags) if etag]
    assert directory.get("v/a.jpg").body == f"body {winner}".encode()


def test_deleting_leaves_no_files_and_no_folders(directory: DirectoryStore) -> None:
    directory.put("v/p/q/a.jpg", b"1", content_type="image/jpeg")
    directory.delete("v/p/q/a.jpg")
    assert {path.name for path in directory.root.iterdir()} <= _OWN_FILES
    assert not any(path.is_file() and path.parent.name != ".locks" for path in directory.root.rglob("*"))


def test_a_copy_of_the_directory_keeps_its_metadata(directory: DirectoryStore, tmp_path: Path) -> None:
    for version in ("1", "2"):
        directory.put("p/a.jpg", b"body " + version.encode(), content_type="image/x", metadata={"version": version})
    copy = DirectoryStore(tmp_path / "copy")
    shutil.copytree(directory.root, copy.root)
    assert copy.get("p/a.jpg").head.metadata == {"version": "2"}
    assert copy.head("p/a.jpg").content_type == "image/x"
    copy.put("p/a.jpg", b"body 3", content_type="image/y", metadata={"version": "3"})
    assert copy.head("p/a.jpg").metadata == {"version": "3"}


def test_a_copy_has_the_newest_metadata_of_a_body_that_was_written_twice(
    directory: DirectoryStore, tmp_path: Path
) -> None:
    for version in ("1", "2"):
        directory.put("a.jpg", b"same", content_type="image/jpeg", metadata={"version": version})
    shutil.copytree(directory.root, tmp_path / "copy")
    assert DirectoryStore(tmp_path / "copy").head("a.jpg").metadata == {"version": "2"}


def test_a_file_copied_in_by_hand_has_guessed_metadata(directory: DirectoryStore) -> None:
    path = directory.root / "hand" / "made.WEBP"
    path.parent.mkdir()
    path.write_bytes(b"pixels")
    head = directory.head("hand/made.WEBP")
    assert head.last_modified == directory.get("hand/made.WEBP").head.last_modified
    assert (head.size, head.content_type, head.metadata) == (6, "image/webp", {})
    assert head.etag == f'"{hashlib.md5(b"pixels").hexdigest()}"'  # noqa: S324 - S3's ETag
    assert list(directory.list("")) == ["hand/made.WEBP"]


def test_a_file_replaced_by_hand_loses_the_metadata_of_the_old_one(directory: DirectoryStore) -> None:
    directory.put("a.png", b"old", content_type="image/x", metadata={"version": "1"})
    (directory.root / "a.png").write_bytes(b"new")
    found = directory.get("a.png")
    assert (found.body, found.head.metadata, found.head.content_type) == (b"new", {}, "image/png")
    assert directory.put("a.png", b"x", content_type="image/x", only_if_absent=True) is None
    directory.put("a.png", b"newest", content_type="image/x", metadata={"version": "2"})
    assert directory.get("a.png").head.metadata == {"version": "2"}


def test_a_damaged_sidecar_loses_the_metadata_and_not_the_body(
    directory: DirectoryStore, caplog: pytest.LogCaptureFixture
) -> None:
    directory.put("a.png", b"body", content_type="image/x")
    for damaged in (b"", b"{", b"[1]", b'[{"file": "x"}]', b"\xff"):
        (directory.root / ".meta" / "a.png").write_bytes(damaged)
        found = directory.get("a.png")
        assert (found.body, found.head.content_type) == (b"body", "image/png")
    [message] = caplog.messages
    assert message.startswith(f"{directory.root}/.meta/a.png cannot be used: it is damaged (")
    directory.put("a.png", b"new", content_type="image/x")
    assert directory.head("a.png").content_type == "image/x"


@pytest.mark.parametrize(
    "replace",
    [
        lambda path: path.symlink_to(path.name),
        lambda path: path.symlink_to("/etc/hostname"),
        os.mkfifo,
        Path.mkdir,
    ],
    ids=["loop", "link", "FIFO", "folder"],
)
def test_a_sidecar_that_is_not_a_file_is_a_missing_one(
    directory: DirectoryStore, replace: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    directory.put("a.png", b"body", content_type="image/x")
    path = directory.root / ".meta" / "a.png"
    path.unlink()
    replace(path)
    for _ in range(2):
        found = directory.get("a.png")
        assert (found.body, found.head.content_type) == (b"body", "image/png")
    assert len(caplog.messages) == 1
    directory.delete("a.png")
    with pytest.raises(Missing):
        directory.head("a.png")


def test_the_stores_own_files_are_not_objects(directory: DirectoryStore) -> None:
    directory.put("a.png", b"body", content_type="image/png")
    assert list(directory.list("")) == ["a.png"]
    assert list(directory.list(".")) == []
    for folder in _OWN_FILES:
        with pytest.raises(ValueError, match="not an object key"):
            directory.get(f"{folder}/a.png")


def test_a_listing_is_ordered_by_code_point(directory: DirectoryStore) -> None:
    keys = ["p/a.jpg", "p/a.jpg.d/1", "p/a/1.jpg", "p/a b.jpg", "p/ab.jpg", "p-1.jpg", "q.jpg", "p/\uffee", "p/🏖"]
    for key in keys:
        directory.put(key, b"", content_type="image/jpeg")
    assert list(directory.list("")) == sorted(keys)


def test_a_file_name_that_is_not_utf8_is_not_listed(directory: DirectoryStore) -> None:
    Path(os.fsdecode(bytes(directory.root) + b"/caf\xe9.jpg")).write_bytes(b"pixels")
    assert list(directory.list("")) == []


def test_an_object_key_below_another_is_rejected_and_changes_nothing(directory: DirectoryStore) -> None:
    directory.put("p/a.png", b"body", content_type="image/png")
    for key in ("p", "p/a.png/b.png", "p/a.png/c/d.png"):
        with pytest.raises(ValueError, match="folder"):
            directory.put(key, b"", content_type="image/png")
    assert directory.get("p/a.png").head.content_type == "image/png"


def test_without_its_directory_the_store_is_unavailable_and_not_empty(directory: DirectoryStore) -> None:
    directory.put("a.png", b"body", content_type="image/png")
    elsewhere = directory.root.with_name("unmounted")
    directory.root.rename(elsewhere)
    for access in (directory.get, directory.head, directory.delete):
        with pytest.raises(StorageUnavailable):
            access("a.png")
    with pytest.raises(StorageUnavailable):
        list(directory.list(""))
    with pytest.raises(StorageUnavailable):
        directory.put("b.png", b"", content_type="image/png")
    assert not directory.root.exists()
    elsewhere.rename(directory.root)
    assert directory.get("a.png").body == b"body"


def test_abandoned_temporary_files_are_deleted_after_a_day(directory: DirectoryStore) -> None:
    folder = directory.root / ".tmp"
    folder.mkdir()
    for name, age in (("old", 90_000), ("young", 60)):
        (folder / name).write_bytes(b"half")
        then = time.time() - age
        os.utime(folder / name, (then, then))
    directory.put("a.png", b"body", content_type="image/png")
    assert [path.name for path in folder.iterdir()] == ["young"]
