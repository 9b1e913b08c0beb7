"""The jobs' tests once more on PostgreSQL, with those that only several writers at once can show."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.machine import ROOT
from tests.services import postgresql

HERE = Path(__file__).parent


@pytest.mark.services
def test_jobs_hold_on_postgresql_too() -> None:
    files = [HERE / "postgresql" / "concurrency.py", HERE / "test_purge.py", HERE / "test_tasks.py"]
    with postgresql() as url:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-m", "not services", *map(str, files)],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": url},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-5000:]
