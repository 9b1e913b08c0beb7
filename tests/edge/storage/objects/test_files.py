"""Files and folders that several writers change at once."""

from __future__ import annotations

import os
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from edge.storage.errors import StorageUnavailable
from edge.storage.objects import files


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (PermissionError(13, "Permission denied"), StorageUnavailable),
        (IsADirectoryError(21, "Is a directory"), ValueError),
        (NotADirectoryError(20, "Not a directory"), ValueError),
    ],
)
def test_errors_of_the_file_system_become_those_of_the_store(error: OSError, expected: type[Exception]) -> None:
    with pytest.raises(expected), files.translated_errors():
        raise error


def test_a_folder_is_created_again_if_another_thread_removes_it(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    attempts = []

    def work() -> str:
        attempts.append(folder.is_dir())
        if len(attempts) < 3:
            files.remove_empty(folder, tmp_path)
            raise FileNotFoundError
        return "done"

    assert files.in_folder(tmp_path, folder, work) == "done"
    assert attempts == [True] * 3


def test_a_file_in_place_of_a_folder_is_not_retried(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    with pytest.raises(NotADirectoryError):
        files.in_folder(tmp_path, tmp_path / "a", lambda: pytest.fail("not reached"))


def test_a_folder_that_is_always_removed_is_unavailable_storage(tmp_path: Path) -> None:
    def work() -> None:
        raise FileNotFoundError

    with pytest.raises(StorageUnavailable):
        files.in_folder(tmp_path, tmp_path / "a", work)


def test_folders_are_created_for_their_owner_alone(tmp_path: Path) -> None:
    files.create_folder(tmp_path, tmp_path / "a" / "b" / "c")
    assert [path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")] == [0o700] * 3


def test_a_folder_is_not_created_behind_a_link(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (root / "link").symlink_to(outside)
    with pytest.raises(StorageUnavailable, match="link is a symbolic link"):
        files.create_folder(root, root / "link" / "folder")
    assert list(outside.iterdir()) == []


def test_a_lock_that_is_a_link_or_a_fifo_is_not_opened(tmp_path: Path) -> None:
    lock = tmp_path / f"{zlib.crc32(b'a.jpg') & 0xFF:02x}"
    lock.symlink_to(tmp_path / "target")
    with pytest.raises(OSError), files.locked(tmp_path, "a.jpg"):
        pytest.fail("not reached")
    lock.unlink()
    os.mkfifo(lock)
    with pytest.raises(OSError), files.locked(tmp_path, "a.jpg"):
        pytest.fail("not reached")


def test_empty_folders_are_removed_up_to_the_root(tmp_path: Path) -> None:
    (tmp_path / "a" / "b" / "c").mkdir(parents=True)
    (tmp_path / "a" / "kept").write_bytes(b"")
    files.remove_empty(tmp_path / "a" / "b" / "c", tmp_path)
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["kept"]
    (tmp_path / "a" / "kept").unlink()
    files.remove_empty(tmp_path / "a", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_one_object_is_locked_for_one_writer_at_a_time(tmp_path: Path) -> None:
    inside = threading.Lock()

    def write(_: int) -> None:
        with files.locked(tmp_path, "a.jpg"):
            assert inside.acquire(blocking=False)
            inside.release()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(200)))


def test_a_path_is_compared_with_an_open_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"1")
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        assert files.is_still(path, status)
        (tmp_path / "b").write_bytes(b"2")
        (tmp_path / "b").replace(path)
        assert not files.is_still(path, status)
        path.unlink()
        assert not files.is_still(path, status)
