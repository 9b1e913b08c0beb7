"""The Dockerfile. No Docker builds it here, so its steps run one by one: what is copied, and what is started."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.machine import ROOT, free_port, wait_until
from tests.services import postgresql, rabbitmq_broker

TEXT = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
USER = "10001"


def instructions(name: str) -> list[str]:
    return re.findall(rf"^ *{name} +(.+?) *$", TEXT, re.MULTILINE)


def stage(name: str) -> str:
    return re.split(r"^FROM ", TEXT.split(f" AS {name}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def command(name: str, instruction: str = "CMD") -> list[str]:
    """The last ``CMD`` or health check of a stage, in exec form."""
    found = re.findall(r"^(HEALTHCHECK .*)?\bCMD (\[.*\])$", stage(name), re.MULTILINE)
    (text,) = [arguments for check, arguments in found if bool(check) == (instruction == "HEALTHCHECK")]
    words: list[str] = json.loads(text)
    return words


def environment(folder: Path, **values: str) -> dict[str, str]:
    """What ``ENV`` sets, with the paths of this test."""
    pairs = re.findall(r"(\w+)=(\S+)", " ".join(instructions("ENV")))
    given = {name: value for name, value in pairs if name != "PATH"}
    assert (given["DATA_DIR"], given["STATIC_ROOT"]) == ("/data", "/app/static")
    own = {"DATA_DIR": str(folder / "data"), "STATIC_ROOT": str(folder / "app" / "static")}
    paths = {"PATH": os.environ["PATH"], "PYTHONPATH": sysconfig.get_path("purelib"), "HOME": "/nonexistent"}
    return {**given, **own, **paths, "AWS_EC2_METADATA_DISABLED": "true", **values}


def test_hadolint_finds_nothing() -> None:
    hadolint = Path(sys.executable).parent / "hadolint"
    done = subprocess.run([hadolint, ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_base_image_is_pinned_and_the_last_stages_are_not_root() -> None:
    assert re.fullmatch(r"PYTHON_IMAGE=python:3\.\d+-slim-\w+", instructions("ARG")[0])
    assert {line.split(" AS ")[0] for line in instructions("FROM")} == {"${PYTHON_IMAGE}", "project"}
    assert instructions("USER") == [f"{USER}:{USER}"]
    assert "USER" not in stage("worker") + stage("admin")


def test_packages_are_installed_from_the_lock_with_hashes_and_without_a_compiler() -> None:
    (install,) = [run for run in instructions("RUN") if "pip install" in run]
    assert "--require-hashes" in install
    assert "--only-binary :all:" in install
    assert "requirements.lock" in install


def ignored(path: str) -> bool:
    """By the last pattern of .dockerignore that matches."""
    result = False
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        pattern = line.lstrip("!")
        names = {pattern, pattern.removeprefix("**/")}
        if line and not line.startswith("#") and any(_matches(path, name) for name in names):
            result = not line.startswith("!")
    return result


def _matches(path: str, pattern: str) -> bool:
    parts = path.split("/")
    return any(fnmatch("/".join(parts[:end]), pattern) for end in range(1, len(parts) + 1)) or (
        pattern.startswith(("__", "*.")) and any(fnmatch(part, pattern) for part in parts)
    )


def test_only_what_is_copied_can_get_into_the_image() -> None:
    copied = [line.split()[0] for line in instructions("COPY") if not line.startswith("--from")]
    assert sorted(copied) == ["assets", "edge", "imagehub", "manage.py", "requirements.lock"]
    assert all((ROOT / name).exists() and not ignored(name) for name in copied)
    for name in (".git/config", "var/secret_key", "tests/services.py", "production.env", "edge/__pycache__/a.pyc"):
        assert ignored(name), name


def _reader() -> list[str]:
    """An interpreter of this version that another user can run, as that user."""
    become = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "--no-new-privs"]
    if os.getuid() != 0 or not shutil.which("setpriv"):
        return [sys.executable]
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    for python in (sys.executable, f"/usr/bin/python{version}"):
        check = [*become, python, "-c", f"import sys; assert sys.version.startswith('{version}')"]
        with suppress(OSError):
            if subprocess.run(check, capture_output=True, check=False).returncode == 0:
                return [*become, python]
    return [sys.executable]


def _as_module(words: list[str]) -> list[str]:
    """The same command with the interpreter of `_reader`."""
    return [*_reader(), *(words[1:] if words[0] == "python" else ["-m", *words])]


@pytest.fixture(scope="module")
def image() -> Iterator[Path]:
    """A folder with what the image has: the project, which nobody can change, its static files, and empty data."""
    with tempfile.TemporaryDirectory() as name:
        folder, app = Path(name), Path(name) / "app"
        folder.chmod(0o755)
        skip = shutil.ignore_patterns("__pycache__")
        for top in ("edge", "assets", "imagehub"):
            shutil.copytree(ROOT / top, app / top, ignore=skip)
        shutil.copy(ROOT / "manage.py", app)
        (folder / "data").mkdir(0o700)
        build = {**environment(folder), "DATA_DIR": str(folder / "build"), "SECRET_KEY": "build"}
        (collect,) = [run for run in instructions("RUN") if "collectstatic" in run]
        words = re.split(r"\bpython\b|&&", collect)[1].split()
        subprocess.run([sys.executable, *words], cwd=app, env=build, check=True)
        if os.getuid() == 0:
            os.chown(folder / "data", int(USER), int(USER))
        yield folder


@contextmanager
def container(folder: Path, name: str, **variables: str) -> Iterator[Path]:
    """Run the ``CMD`` of a stage. Yields its log, and ends it as Docker does."""
    log = folder / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            _as_module(command(name)),
            cwd=folder / "app",
            env=environment(folder, **variables),
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield log
        assert process.poll() is None, log.read_text()
    finally:
        process.terminate()
        assert process.wait(30) == 0, log.read_text()


def is_healthy(folder: Path, port: int) -> bool:
    """What the health check of the admin says."""
    words = [word.replace(":8000", f":{port}") for word in command("admin", "HEALTHCHECK")]
    given = environment(folder)
    done = subprocess.run(_as_module(words), env=given, cwd=folder / "app", capture_output=True, check=False)
    return done.returncode == 0


@pytest.mark.services
def test_admin_and_worker_start_as_another_user_answer_write_nothing_and_end(image: Path) -> None:
    port, queue = free_port(), f"test-image-{os.getpid()}"
    # redis, the package, needs another one with Debian's Python 3.11.2.
    with postgresql() as database, rabbitmq_broker(queue) as broker:
        shared = {"DATABASE_URL": database, "CELERY_BROKER_URL": broker, "CELERY_QUEUE": queue}
        shared["IMAGEHUB_BUCKET"] = "example-images"
        keys = {"SECRET_KEY": "x" * 50, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
        variables = {**shared, **keys, "BIND": f"127.0.0.1:{port}", "WEB_CONCURRENCY": "1"}
        assert not is_healthy(image, port)
        with container(image, "admin", **variables) as log:
            wait_until(lambda: is_healthy(image, port), log.read_text)
        with container(image, "worker", **variables) as log:
            wait_until(lambda: " ready." in log.read_text(), log.read_text, 60)
    assert list((image / "data").iterdir()) == []
    assert (image / "app" / "static" / "staticfiles.json").exists()
