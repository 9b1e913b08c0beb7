"""requirements.lock, which a deployment installs with ``--require-hashes``."""

from __future__ import annotations

import re

from packaging.requirements import Requirement

from tests.packaging.conftest import ROOT


def pins(name: str) -> dict[str, str]:
    found = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)", (ROOT / name).read_text(), re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", package.lower()): version for package, version in found}


def test_it_has_every_requirement_in_the_version_that_is_tested() -> None:
    lock, tested = pins("requirements.lock"), pins("constraints.txt")

    assert pins("requirements.txt").items() <= lock.items()
    assert lock.items() <= tested.items()


def test_each_line_has_its_hashes() -> None:
    entries = re.split(r"\n(?=[A-Za-z])", (ROOT / "requirements.lock").read_text())[1:]

    assert len(entries) == len(pins("requirements.lock"))
    assert all("--hash=sha256:" in entry for entry in entries)
    assert all(Requirement(re.split(r"\s", entry)[0]) for entry in entries)
