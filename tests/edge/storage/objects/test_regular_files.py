"""Opening files without following links."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from edge.storage.objects.regular_files import ABOUT_THE_PATH, has_link, is_regular, open_regular, remove_special


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with a file in a folder, and a secret beside it."""
    (tmp_path / "secret").write_bytes(b"secret")
    root = tmp_path / "root"
    (root / "folder").mkdir(parents=True)
    (root / "folder" / "file").write_bytes(b"body")
    return root


def test_a_file_is_opened(root: Path) -> None:
    with open_regular(root, "folder/file") as file:
        assert file.read() == b"body"


def test_the_root_may_be_a_link(root: Path) -> None:
    (root.parent / "link").symlink_to(root)
    with open_regular(root.parent / "link", "folder/file") as file:
        assert file.read() == b"body"


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        os.chdir(path.parent)  # the path of a socket is at most 108 bytes long
        listening.bind(path.name)


SPECIAL: dict[str, Callable[[Path], object]] = {
    "link to a file": lambda path: path.symlink_to("folder/file"),
    "link out of the root": lambda path: path.symlink_to("../secret"),
    "link to nothing": lambda path: path.symlink_to("nothing"),
    "link to itself": lambda path: path.symlink_to(path.name),
    "FIFO": os.mkfifo,
    "socket": _socket,
}


@pytest.mark.parametrize("kind", SPECIAL)
def test_what_is_not_a_regular_file_is_refused_at_once_and_named(
    kind: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    SPECIAL[kind](root / "special")
    with pytest.raises(OSError) as caught:
        open_regular(root, "special")
    assert caught.value.errno in ABOUT_THE_PATH
    assert caught.value.filename == str(root / "special")
    assert not is_regular(root / "special")
    remove_special(root / "special")
    assert not os.path.lexists(root / "special")
    assert (root.parent / "secret").read_bytes() == b"secret"


def test_a_folder_is_not_a_file_and_is_not_removed(root: Path) -> None:
    with pytest.raises(OSError, match="Not a regular file") as caught:
        open_regular(root, "folder")
    assert caught.value.errno in ABOUT_THE_PATH
    remove_special(root / "folder")
    assert not is_regular(root / "folder")
    assert is_regular(root / "folder" / "file")


@pytest.mark.parametrize("target", ["folder", "..", "loop", "nothing"])
def test_a_link_in_place_of_a_folder_is_not_followed(root: Path, target: str) -> None:
    (root / "loop").symlink_to(target)
    for name in ("loop/file", "loop/secret", "loop/root/folder/file"):
        with pytest.raises(OSError) as caught:
            open_regular(root, name)
        assert caught.value.errno in ABOUT_THE_PATH
        assert caught.value.filename == str(root / "loop")
        assert has_link(root, root / name)
    assert not has_link(root, root / "folder" / "file")


def test_no_descriptor_is_left_open(root: Path) -> None:
    (root / "link").symlink_to("folder")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for name in ("link/file", "folder", "nothing", "folder/nothing", "folder/file/file"):
        with pytest.raises(OSError):
            open_regular(root, name)
    assert len(list(Path("/proc/self/fd").iterdir())) == before
