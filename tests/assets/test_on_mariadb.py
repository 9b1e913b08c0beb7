"""Keys on MariaDB, whose default collation takes two keys for one where storage sees two; and our own tests there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.machine import ROOT
from tests.services import mariadb

HERE = Path(__file__).parent

pytestmark = [pytest.mark.services, pytest.mark.long]


def run(url: str, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.assets.project_settings.mariadb"}
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_keys_jobs_presets_and_the_manifest_work_on_mariadb() -> None:
    purges = ("test_purge.py", "test_purge_requests.py", "test_bulk_purge.py")
    writers = ("several_writers/concurrent_budgets.py", "several_writers/concurrent_looks.py")
    analyses = ("analysis/test_budget.py", "analysis/test_forgetting.py", "analysis/test_kept_replies.py")
    sorting = ("test_bulk_edit.py", "admin/test_searching.py")
    others = ("models", "jobs", *sorting, "test_receivers.py", "test_preset_uses.py")
    names = ("mariadb/collation.py", *writers, *analyses, *purges, *others)
    with mariadb() as url:
        done = run(url, "-m", "pytest", "-q", "-m", "not services", *(str(HERE / name) for name in names))
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]


@pytest.mark.parametrize("command", [("check",), ("check", "--database", "default"), ("migrate",)], ids=" ".join)
def test_a_database_that_cannot_hold_every_key_is_refused(command: tuple[str, ...]) -> None:
    with mariadb("CHARACTER SET latin1") as url:
        done = run(url, "manage.py", *command)
    assert done.returncode == 1
    assert "imagehub.E020) The database default cannot hold every key and text: its default is latin1." in done.stderr
