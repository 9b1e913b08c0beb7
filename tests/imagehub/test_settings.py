"""The project's settings, as separate processes meet them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.deployment import Deployment
from tests.machine import ROOT

_IMPORTS = "from django.contrib.auth.models import Group; from django.db import connection, transaction\n"
_COUNT = """
for _ in range(50):
    with transaction.atomic():
        group = Group.objects.get()
        group.name = str(int(group.name) + 1)
        group.save()
"""
_READ = 'print(Group.objects.get().name, connection.cursor().execute("PRAGMA journal_mode").fetchone()[0])'


def test_processes_that_write_to_sqlite_at_once_wait_for_each_other_and_lose_nothing(tmp_path: Path) -> None:
    deployment = Deployment(tmp_path, creates_database=True)
    deployment.django(_IMPORTS + 'Group.objects.create(name="0")')
    with ThreadPoolExecutor() as pool:
        writers = [pool.submit(deployment.django, _IMPORTS + _COUNT) for _ in range(3)]
        for writer in writers:
            writer.result()
    assert deployment.django(_IMPORTS + _READ) == "150 wal"


_STORE_AN_IMAGE = """
from assets.storage import object_store
from assets.tasks import sweep
object_store().put("originals/p/a.jpg", b"body", content_type="image/jpeg")
sweep.delay()
"""


def test_data_is_for_the_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "parent" / "data"
    before = os.umask(0o022)
    try:
        deployment = Deployment(folder, creates_database=True)
        deployment.django(_IMPORTS + 'Group.objects.create(name="0")' + _STORE_AN_IMAGE)
    finally:
        os.umask(before)
    static = folder / "static"  # what everybody may read, below a folder that nobody else can enter
    paths = [folder.parent, folder, *(path for path in folder.rglob("*") if path != static)]
    names = {path.name for path in paths}
    assert names >= {"secret_key", "imagehub.sqlite3", "store", "a.jpg", ".meta", "queue", "messages", "control"}
    assert any(name.endswith(".msg") for name in names)
    assert {path: oct(path.stat().st_mode) for path in paths if path.stat().st_mode & 0o077} == {}


def test_a_directory_that_existed_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    Deployment(tmp_path, creates_database=True)
    assert tmp_path.stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "imagehub.sqlite3").stat().st_mode & 0o777 == 0o600


def _settings(folder: Path, names: str, **environment: str) -> list[object]:
    """The values of settings, as a process with ``environment`` has them."""
    code = f"import json; from imagehub.settings import {names}; print(json.dumps([{names}], default=str))"
    own = {"DATA_DIR": str(folder), **environment}
    clean = {name: value for name, value in os.environ.items() if name not in ("ALLOWED_HOSTS", "HTTPS")}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, env={**clean, **own}, capture_output=True, text=True, check=True)
    values: list[object] = json.loads(done.stdout)
    return values


def test_only_local_names_are_allowed_as_hosts(tmp_path: Path) -> None:
    assert _settings(tmp_path, "ALLOWED_HOSTS") == [["localhost", "127.0.0.1", "[::1]"]]


_HTTPS_NAMES = "SESSION_COOKIE_SECURE, CSRF_COOKIE_SECURE, SECURE_SSL_REDIRECT, SECURE_HSTS_SECONDS, PROXY_COUNT"


@pytest.mark.parametrize(
    ("environment", "values"),
    [
        ({}, [False, False, False, 0, 0]),
        ({"HTTPS": "1"}, [True, True, True, 31_536_000, 1]),
        ({"HTTPS": "1", "HSTS_SECONDS": "60", "PROXY_COUNT": "2"}, [True, True, True, 60, 2]),
    ],
)
def test_https_is_one_variable(environment: dict[str, str], values: list[object], tmp_path: Path) -> None:
    assert _settings(tmp_path, _HTTPS_NAMES, **environment) == values


def test_check_deploy_is_clean_with_https(tmp_path: Path) -> None:
    deployment = Deployment(tmp_path / "data", creates_database=True)
    preset = 'Preset.objects.create(name="square", width=300, height=300, fit="cover")'
    deployment.django(f"from assets import manifest; {preset}; manifest.publish()")
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level=WARNING"],
        cwd=ROOT,
        env={**deployment.environment, "HTTPS": "1", "ALLOWED_HOSTS": "www.example.org"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout
