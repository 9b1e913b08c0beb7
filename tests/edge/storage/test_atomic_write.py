"""Files that are written completely or not at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from edge.storage.atomic_write import write_atomically


def test_a_file_is_replaced_and_has_the_given_mode(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_bytes(b"old and long")
    write_atomically(path, b"new", 0o640)
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_file_is_for_its_owner_alone_by_default(tmp_path: Path) -> None:
    write_atomically(tmp_path / "key", b"secret")
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


def test_a_failed_write_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "folder" / "full").mkdir(parents=True)
    with pytest.raises(IsADirectoryError):
        write_atomically(tmp_path / "folder", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_only_if_absent_keeps_an_existing_file(tmp_path: Path) -> None:
    path = tmp_path / "key"
    assert write_atomically(path, b"first", only_if_absent=True)
    assert not write_atomically(path, b"second", only_if_absent=True)
    assert write_atomically(path, b"third")
    assert path.read_bytes() == b"third"
    assert [each.name for each in tmp_path.iterdir()] == ["key"]


def test_a_reader_never_sees_part_of_a_file(tmp_path: Path) -> None:
    path, bodies = tmp_path / "key", [b"a" * 100_000, b"b" * 200_000]
    write_atomically(path, bodies[0])
    with ThreadPoolExecutor(2) as pool:
        writing = pool.submit(lambda: [write_atomically(path, body) for body in bodies * 100])
        while not writing.done():
            assert path.read_bytes() in bodies
