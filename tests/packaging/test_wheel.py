"""What a project gets that installs imagehub: two packages, few dependencies, and everything imports with those."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import venv
from email.message import Message
from email.parser import Parser
from importlib.metadata import Distribution, distribution
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement

from tests.packaging.conftest import ROOT

#: What only a project with that extra can import.
EXTRAS = {"assets.storage_s3": "s3", "assets.jinja": "jinja2", "assets.metrics": "metrics"}
#: What the demo and the deployment have, and a host project must not be given.
NOT_BY_DEFAULT = {"gunicorn", "whitenoise", "uvicorn", "pyyaml", "django-csp", "django-environ", "psycopg", "redis"}
NOT_BY_DEFAULT |= {"prometheus-client", "pycurl", "structlog"}


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    with ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return Parser().parsestr(archive.read(name).decode())


@pytest.fixture(scope="module")
def files(wheel: Path) -> set[str]:
    with ZipFile(wheel) as archive:
        return set(archive.namelist())


def requirements(metadata: Message, extra: str = "") -> list[Requirement]:
    found = [Requirement(line) for line in metadata.get_all("Requires-Dist", [])]
    return [one for one in found if one.marker is None or one.marker.evaluate({"extra": extra})]


def test_the_wheel_holds_assets_and_edge_alone(files: set[str]) -> None:
    tops = {name.split("/")[0] for name in files}

    assert {name for name in tops if not name.endswith(".dist-info")} == {"assets", "edge"}


@pytest.mark.parametrize("package", ["assets", "edge"])
def test_the_wheel_holds_every_file_that_a_host_needs(package: str, files: set[str]) -> None:
    paths = [path.relative_to(ROOT) for path in (ROOT / package).rglob("*") if path.is_file()]

    assert {path.as_posix() for path in paths if "__pycache__" not in path.parts} <= files
    assert f"{package}/py.typed" in files


def test_templates_and_static_files_are_in_a_namespace_of_their_own(files: set[str]) -> None:
    served = [name.split("/", 2)[2] for name in files if re.match(r"assets/(templates|static)/", name)]

    assert served
    # Names that a host might have too would shadow the host's, or be shadowed.
    assert [name for name in served if not re.match(r"(admin/)?imagehub/", name)] == []


def test_version_python_and_licence_are_declared(metadata: Message) -> None:
    assert (metadata["Name"], metadata["Version"]) == ("imagehub", "0.2.0")
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "MIT"
    assert "Framework :: Django :: 5.2" in metadata.get_all("Classifier", [])
    assert "Typing :: Typed" in metadata.get_all("Classifier", [])


def test_a_host_is_given_no_server_and_nothing_of_the_demo(metadata: Message) -> None:
    names = {one.name.lower() for one in requirements(metadata)}

    assert names == {"django", "pillow", "cykooz-resizer", "boto3", "celery", "tqdm"}
    assert not names & NOT_BY_DEFAULT


def test_pillow_has_an_upper_bound(metadata: Message) -> None:
    """Its private names that the engine uses may change with any major release."""
    pillow = next(one for one in requirements(metadata) if one.name.lower() == "pillow")

    assert not pillow.specifier.contains("14.0.0")


def test_the_extras_are_those_that_the_docs_name(metadata: Message) -> None:
    assert set(metadata.get_all("Provides-Extra", [])) == {
        "s3",
        "heic",
        "faces",
        "jinja2",
        "metrics",
        "postgres",
        "redis",
        "server",
    }


@pytest.mark.parametrize("extras", [[], sorted(set(EXTRAS.values()))], ids=["no extras", "all that modules need"])
def test_everything_imports_with_what_is_declared_and_nothing_else(
    extras: list[str], wheel: Path, metadata: Message, tmp_path: Path
) -> None:
    python = install(wheel, tmp_path / "venv")
    declared = [one for extra in ["", *extras] for one in requirements(metadata, extra)]
    provide(declared, site_packages(tmp_path / "venv"))
    left_out = [module for module, extra in EXTRAS.items() if extra not in extras]

    script = Path(__file__).with_name("installed.py")
    # The gateway reads its settings when it is imported.
    environment = {**os.environ, "IMAGEHUB_STORE": (tmp_path / "store").as_uri()}
    ran = subprocess.run(
        [python, "-I", script, *left_out], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )

    assert ran.returncode == 0, ran.stderr
    where = json.loads(ran.stdout)
    assert all(path.startswith(str(tmp_path)) for path in where.values()), where


def install(wheel: Path, folder: Path) -> Path:
    """An environment with the wheel and nothing else; its interpreter."""
    venv.create(folder, symlinks=True)
    target = site_packages(folder)
    command = ["install", "--quiet", "--no-deps", "--no-index", f"--target={target}", str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", *command], check=True)
    return folder / "bin" / "python"


def site_packages(folder: Path) -> Path:
    return folder / "lib" / f"python3.{sys.version_info.minor}" / "site-packages"


def provide(requirements: list[Requirement], target: Path) -> None:
    """Link these distributions, and what they require, out of the environment that the tests run in."""
    for found in closure(requirements):
        for top in {file.parts[0] for file in found.files or () if file.parts[0] not in ("..", "__pycache__")}:
            link = target / top
            if not link.exists():
                link.symlink_to(Path(str(found.locate_file(top))))


def closure(requirements: list[Requirement]) -> list[Distribution]:
    waiting, done = list(requirements), dict[str, Distribution]()
    while waiting:
        wanted = waiting.pop()
        name = re.sub(r"[-_.]+", "-", wanted.name.lower())
        if name in done and not wanted.extras:
            continue
        done[name] = distribution(name)
        for line in done[name].requires or ():
            one = Requirement(line)
            environments = [{"extra": extra} for extra in wanted.extras or {""}]
            if one.marker is None or any(one.marker.evaluate(environment) for environment in environments):
                waiting.append(one)
    return list(done.values())
