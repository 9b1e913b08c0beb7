from __future__ import annotations

from pathlib import Path

import pytest

from imagehub import settings


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A DATA_DIR before the first start."""
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    return tmp_path


def test_a_secret_key_is_made_once_and_is_for_its_owner_alone(folder: Path) -> None:
    key = settings._secret_key()
    assert len(key) >= 50
    assert settings._secret_key() == key
    assert [path.name for path in folder.iterdir()] == ["secret_key"]
    assert (folder / "secret_key").stat().st_mode & 0o777 == 0o600


def test_two_processes_that_start_at_once_have_one_secret_key(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def be_slower() -> str:
        (folder / "secret_key").write_text("the other process's")
        return "ours"

    monkeypatch.setattr(settings, "get_random_secret_key", be_slower)
    assert settings._secret_key() == "the other process's"


def test_a_disk_that_is_full_leaves_no_half_secret_key(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, content: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(OSError):
        settings._secret_key()
    assert list(folder.iterdir()) == []


def test_the_environments_secret_key_comes_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "theirs")
    assert settings._secret_key() == "theirs"
    assert list(folder.iterdir()) == []
