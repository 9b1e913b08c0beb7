"""Signing keys in a file: one process writes at a time, and only to its own file."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assets.errors import SigningKeyStoreError
from assets.signing_key_rotation import RotationTooSoonError, rotate
from edge.contract.signing import KEEP_SECONDS
from edge.storage.signing_keys.key_file import read_key_file
from edge.storage.signing_keys.location import SigningKeyFile

START = 1_000_000


def test_of_many_rotations_of_a_file_at_once_one_succeeds(tmp_path: Path) -> None:
    location = SigningKeyFile(tmp_path / "keys.json", KEEP_SECONDS)
    first, second = rotate(location, START).after, rotate(location, START).after
    assert second.previous == first.current

    def again(_: int) -> bool:
        try:
            rotate(location, second.rotates_from)
        except RotationTooSoonError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(again, range(8))) == [False] * 7 + [True]
    assert read_key_file(location.path).previous == second.current


def test_a_file_of_another_user_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    location = SigningKeyFile(tmp_path / "keys.json", KEEP_SECONDS)
    first = rotate(location, START).after
    user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: user + 1)
    with pytest.raises(SigningKeyStoreError, match=f"belongs to user {user}"):
        rotate(location, START)
    assert read_key_file(location.path) == first


def test_a_damaged_file_is_not_overwritten(tmp_path: Path) -> None:
    location = SigningKeyFile(tmp_path / "keys.json", KEEP_SECONDS)
    location.path.write_text("{")
    with pytest.raises(SigningKeyStoreError):
        rotate(location, START, force=True)
    assert location.path.read_text() == "{"
