"""Links, FIFOs and folders that somebody put into a directory store."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from edge.storage.errors import Missing, StorageUnavailable
from edge.storage.objects.directory import DirectoryStore

_OWN_FILES = {".meta", ".tmp", ".locks"}


def test_a_link_is_a_missing_object_wherever_it_leads(directory: DirectoryStore, tmp_path: Path) -> None:
    directory.put("p/a.png", b"body", content_type="image/png")
    (tmp_path / "secret.png").write_bytes(b"secret")
    (directory.root / "out.png").symlink_to(tmp_path / "secret.png")
    (directory.root / "in.png").symlink_to("p/a.png")
    (directory.root / "loop.png").symlink_to("loop.png")
    (directory.root / "folder").symlink_to(tmp_path)
    (directory.root / "alias").symlink_to("p")
    for key in ("out.png", "in.png", "loop.png", "folder/secret.png", "alias/a.png"):
        for access in (directory.get, directory.head):
            with pytest.raises(Missing):
                access(key)
    assert list(directory.list("")) == ["p/a.png"]
    assert list(directory.list("folder/")) == list(directory.list("alias/")) == []


def test_a_write_replaces_a_link_and_never_its_target(directory: DirectoryStore, tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(b"secret")
    for only_if_absent in (False, True):
        (directory.root / "link.png").symlink_to(tmp_path / "secret.png")
        assert directory.put("link.png", b"ours", content_type="image/png", only_if_absent=only_if_absent)
        assert directory.get("link.png").body == b"ours"
        directory.delete("link.png")
    assert (tmp_path / "secret.png").read_bytes() == b"secret"


def test_nothing_is_written_or_deleted_behind_a_linked_folder(directory: DirectoryStore, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.png").write_bytes(b"theirs")
    (outside / "link.png").symlink_to("a.png")
    directory.put("b.png", b"body", content_type="image/png")
    for link, key in (("folder", "folder/a.png"), (".meta/linked", "linked/a.png")):
        (directory.root / link).symlink_to(outside)
        with pytest.raises(StorageUnavailable, match="is a symbolic link, and links are not followed"):
            directory.put(key, b"ours", content_type="image/png")
        directory.delete(key)
    with pytest.raises(StorageUnavailable):
        directory.put("folder/link.png", b"ours", content_type="image/png", only_if_absent=True)
    assert {path.name: path.read_bytes() for path in outside.iterdir()} == {"a.png": b"theirs", "link.png": b"theirs"}


@pytest.mark.parametrize("own", sorted(_OWN_FILES))
def test_the_stores_own_folders_may_not_be_links(directory: DirectoryStore, tmp_path: Path, own: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (directory.root / own).symlink_to(outside)
    with pytest.raises(StorageUnavailable, match="is a symbolic link, and links are not followed"):
        directory.put("a.png", b"ours", content_type="image/png")
    assert list(outside.iterdir()) == []


def test_a_fifo_and_a_folder_are_missing_objects(directory: DirectoryStore) -> None:
    os.mkfifo(directory.root / "fifo.png")
    (directory.root / "folder.png").mkdir()
    for key in ("fifo.png", "folder.png"):
        for access in (directory.get, directory.head):
            with pytest.raises(Missing):
                access(key)
    assert list(directory.list("")) == []
    assert directory.put("fifo.png", b"body", content_type="image/png", only_if_absent=True)
    assert directory.get("fifo.png").body == b"body"
    with pytest.raises(StorageUnavailable, match="cannot be a folder of another"):
        directory.put("folder.png", b"body", content_type="image/png")


def test_what_counts_as_missing_is_logged_once(
    directory: DirectoryStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (directory.root / "folder").symlink_to(tmp_path)
    (directory.root / "link.png").symlink_to(tmp_path / "secret.png")
    for key in ("folder/a.png", "folder/b.png", "link.png", "absent.png") * 3:
        with pytest.raises(Missing):
            directory.get(key)
    assert caplog.messages == [
        f"{directory.root}/folder cannot be used: it is a symbolic link, so it counts as missing",
        f"{directory.root}/link.png cannot be used: it is a symbolic link, so it counts as missing",
    ]


def test_the_root_itself_may_be_a_link(directory: DirectoryStore, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(directory.root)
    linked = DirectoryStore(tmp_path / "link")
    linked.put("p/a.png", b"body", content_type="image/png")
    assert directory.get("p/a.png").body == b"body"
