"""Wheels for Lambda are used only if the lock has their hash. pip and the wheels are real; no network is needed."""

from __future__ import annotations

import hashlib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

from infra.package import PACKAGES, VERSION
from infra.wheel_download import LOCK, PackageError, download_wheel

PINNED = f"pillow=={metadata.version('pillow')}"


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only wheel that pip finds."""
    version = metadata.version("pillow")
    path = tmp_path / "index" / f"pillow-{version}-cp313-cp313-manylinux_2_28_x86_64.whl"
    path.parent.mkdir()
    files = {
        "METADATA": f"Metadata-Version: 2.1\nName: pillow\nVersion: {version}\n",
        "WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: cp313-cp313-manylinux_2_28_x86_64\n",
        "RECORD": "",
    }
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("PIL/__init__.py", "")
        for name, text in files.items():
            archive.writestr(f"pillow-{version}.dist-info/{name}", text)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(path.parent))
    return path


def _lock(folder: Path, sha256: str) -> Path:
    path = folder / "requirements.lock"
    path.write_text(f"other==1.0 \\\n    --hash=sha256:{'0' * 64}\n{PINNED} \\\n    --hash=sha256:{sha256}\n")
    return path


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_wheel_with_the_locked_hash_is_unpacked(wheel: Path, tmp_path: Path) -> None:
    download_wheel("pillow", VERSION, tmp_path / "wheels", _lock(tmp_path, _sha256(wheel)))
    assert (tmp_path / "wheels" / "PIL" / "__init__.py").exists()
    assert not list((tmp_path / "wheels").glob("*.whl"))


def test_a_wheel_that_was_changed_is_refused_with_its_hash(wheel: Path, tmp_path: Path) -> None:
    lock = _lock(tmp_path, _sha256(wheel))
    with zipfile.ZipFile(wheel, "a") as archive:
        archive.writestr("PIL/backdoor.py", "")
    with pytest.raises(PackageError, match=rf"^The wheel of {PINNED} .* was refused: its SHA-256, {_sha256(wheel)},"):
        download_wheel("pillow", VERSION, tmp_path / "wheels", lock)
    assert not (tmp_path / "wheels").exists()


def test_the_projects_lock_refuses_a_wheel_of_somebody_else(wheel: Path, tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="is not in the lock"):
        download_wheel("pillow", VERSION, tmp_path / "wheels")


def test_a_wheel_that_cannot_be_downloaded_is_named(wheel: Path, tmp_path: Path) -> None:
    wheel.unlink()
    with pytest.raises(PackageError, match=rf"^Cannot download {PINNED} for Python {VERSION}: "):
        download_wheel("pillow", VERSION, tmp_path / "wheels")


def test_a_distribution_without_hashes_is_refused(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text(f"{PINNED}\n")
    with pytest.raises(PackageError, match=r"^requirements\.lock has no hashes of pillow\. Run: make lock$"):
        download_wheel("pillow", VERSION, tmp_path / "wheels", lock)


def test_another_release_than_the_installed_one_is_refused(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text(f"pillow==1.0 \\\n    --hash=sha256:{'0' * 64}\n")
    with pytest.raises(PackageError, match=r"is installed, but requirements\.lock has 1\.0\. Run: make lock$"):
        download_wheel("pillow", VERSION, tmp_path / "wheels", lock)


@pytest.mark.parametrize("name", sorted({name for spec in PACKAGES for name in spec.wheels}))
def test_the_lock_has_hashes_of_every_wheel_in_a_package(name: str) -> None:
    assert f"\n{name}=={metadata.version(name)} \\\n    --hash=sha256:" in LOCK.read_text()
