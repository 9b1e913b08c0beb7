"""A directory store that is not permitted to read or write, or whose disk is full."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from edge.storage.errors import Missing, StorageUnavailable
from edge.storage.objects.directory import DirectoryStore


def test_a_denied_permission(directory: DirectoryStore) -> None:
    """Runs as nobody if the tests run as root, to whom nothing is denied."""
    for key in ("body.png", "sidecar.png", "folder/a.png"):
        directory.put(key, b"body", content_type="image/x")
    for path in ("body.png", ".meta/sidecar.png", "folder"):
        (directory.root / path).chmod(0)
    for path in (".meta", ".tmp", ".locks", "sidecar.png"):  # they are the owner's alone
        (directory.root / path).chmod(0o755)
    program = """
import logging, os, sys
from pathlib import Path
from edge.storage.objects.directory import DirectoryStore
logging.basicConfig(stream=sys.stdout, format="%(message)s")
os.chdir(sys.argv[1])
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
store = DirectoryStore(Path("."))
for access in (
    lambda: store.get("body.png"),
    lambda: store.get("sidecar.png").head.content_type,
    lambda: store.get("folder/a.png"),
    lambda: store.get("folder/b.png"),
    lambda: store.put("c.png", b"", content_type="image/png"),
):
    try:
        print(access())
    except Exception as error:
        print(f"{type(error).__name__}: {error}")
"""
    directory.root.chmod(0o555)
    result = _run(program, directory)
    directory.root.chmod(0o755)
    assert result == [
        "body.png cannot be used: Permission denied, so it counts as missing",
        "Denied: body.png",
        ".meta/sidecar.png cannot be used: Permission denied, so it counts as missing",
        "image/png",
        "folder cannot be used: Permission denied, so it counts as missing",
        "Denied: folder/a.png",
        "Denied: folder/b.png",
        "StorageUnavailable: the store's directory: Permission denied",
    ]


def test_a_store_that_denies_everything_is_unavailable(directory: DirectoryStore) -> None:
    directory.put("a.png", b"body", content_type="image/png")
    program = """
import os, sys
from pathlib import Path
from edge.storage.objects.directory import DirectoryStore
os.chdir(Path(sys.argv[1]).parent)
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    DirectoryStore(Path(Path(sys.argv[1]).name)).get("a.png")
except Exception as error:
    print(f"{type(error).__name__}: {error}")
"""
    directory.root.chmod(0)
    result = _run(program, directory)
    directory.root.chmod(0o755)
    assert result == ["StorageUnavailable: the store's directory: Permission denied"]


def test_files_and_folders_are_for_their_owner_alone(directory: DirectoryStore) -> None:
    directory.put("originals/p/a.png", b"body", content_type="image/png")
    modes = {path.stat().st_mode & 0o777 for path in directory.root.rglob("*") if path.is_file()}
    folders = {path.stat().st_mode & 0o777 for path in directory.root.rglob("*") if path.is_dir()}
    assert (modes, folders) == ({0o600}, {0o700})


def test_a_file_size_limit_is_unavailable_storage_and_keeps_the_old_object(directory: DirectoryStore) -> None:
    directory.put("a.png", b"old", content_type="image/png", metadata={"version": "1"})
    program = """
import resource, sys
from pathlib import Path
from edge.storage.errors import StorageUnavailable
from edge.storage.objects.directory import DirectoryStore
store = DirectoryStore(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
for key in ("a.png", "b.png"):
    for only_if_absent in (False, True):
        try:
            print(store.put(key, b"x" * 100_001, content_type="image/png", only_if_absent=only_if_absent))
        except StorageUnavailable as error:
            print(error)
"""
    assert _run(program, directory) == [f"the store's directory: {os.strerror(errno.EFBIG)}"] * 4
    assert directory.get("a.png").body == b"old"
    assert directory.get("a.png").head.metadata == {"version": "1"}
    with pytest.raises(Missing):
        directory.head("b.png")
    assert list((directory.root / ".tmp").iterdir()) == []


def test_a_full_disk_is_unavailable_storage(tmp_path: Path) -> None:
    root = tmp_path / "tiny"
    root.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(root)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small disk needs root, and the right to mount")
    try:
        store = DirectoryStore(root)
        store.put("a.png", b"a" * 100_000, content_type="image/png", metadata={"version": "1"})
        with pytest.raises(StorageUnavailable, match=os.strerror(errno.ENOSPC)):
            store.put("a.png", b"b" * 200_000, content_type="image/png")
        assert store.get("a.png").body == b"a" * 100_000
        store.delete("a.png")
        store.put("b.png", b"b" * 200_000, content_type="image/png")
        assert store.head("b.png").size == 200_000
    finally:
        subprocess.run(["umount", str(root)], check=True)  # noqa: S607 - the command above


def _run(program: str, store: DirectoryStore) -> list[str]:
    command = [sys.executable, "-c", program, str(store.root)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    return result.stdout.splitlines()
