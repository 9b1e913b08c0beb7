"""Folders for their owner alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge.storage.private_folder import create_private_folder


def test_missing_parents_are_private_too_and_existing_ones_stay_as_they_are(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    create_private_folder(tmp_path / "a" / "b")
    create_private_folder(tmp_path / "a" / "b")
    modes = [path.stat().st_mode & 0o777 for path in (tmp_path, tmp_path / "a", tmp_path / "a" / "b")]
    assert modes == [0o755, 0o700, 0o700]


def test_a_file_in_place_of_the_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    with pytest.raises(FileExistsError):
        create_private_folder(tmp_path / "a")
    with pytest.raises(NotADirectoryError):
        create_private_folder(tmp_path / "a" / "b")
