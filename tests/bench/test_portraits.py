"""The photographs of people: what is listed, and how it is read from packages."""

from __future__ import annotations

import hashlib
import tarfile
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tests.bench.portraits import listed, portraits


def package(registry: str, member: str, body: bytes, **changed: Any) -> dict[str, Any]:
    sha256 = hashlib.sha256(body).hexdigest()
    photograph = {"member": member, "sha256": sha256, "faces": [[0, 0, 10, 10], [5, 5, 20, 20]], **changed}
    return {"registry": registry, "package": "@some/one", "version": "1", "licence": "MIT", "photographs": [photograph]}


def test_each_photograph_has_a_licence_and_faces_within_it() -> None:
    photographs = [each for package in listed() for each in package["photographs"]]
    assert len(photographs) == len({each["sha256"] for each in photographs}) == 20
    assert all(package["licence"] and package["registry"] in ("pypi", "npm") for package in listed())
    for left, top, width, height in (face for each in photographs for face in each["faces"]):
        assert 0 <= left < left + width <= 1000
        assert 0 <= top < top + height <= 1000


def test_they_are_read_from_wheels_and_from_npm_packages(tmp_path: Path) -> None:
    (tmp_path / "@some-one").mkdir()
    with zipfile.ZipFile(tmp_path / "@some-one" / "one.whl", "w") as wheel:
        wheel.writestr("data/a.jpg", b"1")
    (found,) = portraits(tmp_path, print, [package("pypi", "data/a.jpg", b"1")])
    assert (found.name, found.body, found.licence) == ("a.jpg", b"1", "MIT")
    assert found.faces == ((5, 5, 20, 20), (0, 0, 10, 10))

    with tarfile.open(tmp_path / "one.tgz", "w:gz") as packed:
        header = tarfile.TarInfo("package/b.jpg")
        header.size = 1
        packed.addfile(header, BytesIO(b"2"))
    (tmp_path / "@some-one" / "one.whl").unlink()
    (tmp_path / "one.tgz").rename(tmp_path / "@some-one" / "one.tgz")
    (found,) = portraits(tmp_path, print, [package("npm", "package/b.jpg", b"2")])
    assert found.body == b"2"


def test_another_photograph_than_the_marked_one_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "@some-one").mkdir()
    with zipfile.ZipFile(tmp_path / "@some-one" / "one.whl", "w") as wheel:
        wheel.writestr("data/a.jpg", b"1")
    with pytest.raises(ValueError, match=r"data/a\.jpg of @some/one is not the photograph whose faces were marked"):
        portraits(tmp_path, print, [package("pypi", "data/a.jpg", b"1", sha256="0")])


def test_a_package_that_cannot_be_had_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    said: list[str] = []
    assert portraits(tmp_path, said.append, [package("npm", "package/b.jpg", b"2")]) == []
    assert said[0].startswith("NO PHOTOGRAPHS FROM @some/one: ")
