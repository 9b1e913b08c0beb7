"""Zips that depend on the names and contents of their files only."""

from __future__ import annotations

import base64
import hashlib
import os
import zipfile
from pathlib import Path

from infra.reproducible_zip import write_zip


def folder(path: Path, order: str, mode: int, time: int) -> Path:
    (path / "sub").mkdir(parents=True)
    for name in order:
        file = path / "sub" / name
        file.write_text(name)
        file.chmod(mode)
        os.utime(file, (time, time))
    return path


def test_order_dates_and_permissions_make_no_difference(tmp_path: Path) -> None:
    first = write_zip(tmp_path, "first", folder(tmp_path / "a", "xyz", 0o600, 1))
    second = write_zip(tmp_path, "second", folder(tmp_path / "b", "zyx", 0o644, 1_000_000))
    assert first.path.read_bytes() == second.path.read_bytes()
    assert first.path.name.removeprefix("first-") == second.path.name.removeprefix("second-")
    assert (first.files, first.size) == (3, first.path.stat().st_size)
    assert first.sha256 == base64.b64encode(hashlib.sha256(first.path.read_bytes()).digest()).decode()


def test_entries_are_sorted_and_readable_by_all(tmp_path: Path) -> None:
    package = write_zip(tmp_path, "zip", folder(tmp_path / "a", "zyx", 0o600, 1))
    entries = zipfile.ZipFile(package.path).infolist()
    assert [entry.filename for entry in entries] == ["sub/x", "sub/y", "sub/z"]
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}


def test_a_zip_is_named_by_its_content(tmp_path: Path) -> None:
    before = write_zip(tmp_path, "zip", folder(tmp_path / "a", "xyz", 0o600, 1))
    (tmp_path / "a" / "sub" / "x").write_text("changed")
    after = write_zip(tmp_path, "zip", tmp_path / "a")
    assert before.path != after.path
    for each in (before, after):
        digest = hashlib.sha256(each.path.read_bytes()).hexdigest()
        assert each.path.name == f"zip-{digest[:16]}.zip"
