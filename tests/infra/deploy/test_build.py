"""Packages that cannot be deployed are refused before anything is created."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.deploy.build import build_packages, digest_of, read_packages
from infra.deploy.messages import DeployError
from infra.edge_mode import EdgeMode


def _grow(folder: Path) -> None:
    next(folder.glob("viewer-request-*.zip")).write_bytes(b"x" * 1_000_001)


def _damage(folder: Path) -> None:
    with next(folder.glob("origin-response-*.zip")).open("ab") as file:
        file.write(b"x")


def _lose(folder: Path) -> None:
    (folder / "parameters.json").unlink()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_grow, "has 1000001 bytes; at most 1000000 are allowed. Run: make package"),
        (_damage, "its SHA-256 differs. Run: make package"),
        (_lose, "does not have the packages that its parameters.json describes"),
    ],
    ids=["over the limit", "damaged", "missing"],
)
def test_unusable_packages_are_refused(
    packages: tuple[Path, Path], tmp_path: Path, change: Callable[[Path], None], sentence: str
) -> None:
    folder = shutil.copytree(packages[0], tmp_path / "packages")
    change(folder)
    with pytest.raises(DeployError) as raised:
        read_packages(folder, EdgeMode())
    assert sentence in str(raised.value)


def test_a_policy_that_cannot_work_is_refused(tmp_path: Path) -> None:
    (tmp_path / "policy.json").write_text(json.dumps({"quality": "high"}))
    with pytest.raises(DeployError, match="The packages cannot be built: "):
        build_packages(tmp_path / "policy.json", EdgeMode())


def test_a_digest_depends_on_the_code_alone(packages: tuple[Path, Path]) -> None:
    first, second = (read_packages(folder, EdgeMode()) for folder in packages)
    assert first.digest != second.digest
    assert first.digest == digest_of(dict(sorted(first.parameters.items(), reverse=True)))
