"""Files that are there whole, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge.storage.atomic_write import write_atomically


def test_a_file_is_replaced_and_has_the_rights_that_were_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_bytes(b"old and long")
    write_atomically(path, b"new", 0o600)
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_cannot_be_put_in_place_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "folder" / "full").mkdir(parents=True)
    with pytest.raises(IsADirectoryError):
        write_atomically(tmp_path / "folder", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
