"""Tests of jobs and the manifest once more on PostgreSQL, and those that need several writers at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.machine import ROOT
from tests.services import postgresql

HERE = Path(__file__).parent

pytestmark = pytest.mark.long


@pytest.mark.services
def test_jobs_and_the_manifest_work_on_postgresql() -> None:
    names = (
        "postgresql/bulk_purges.py",
        "postgresql/concurrent_*.py",
        "several_writers/concurrent_*.py",
        "analysis/test_budget.py",
        "analysis/test_forgetting.py",
        "analysis/test_kept_replies.py",
        "test_*purge*.py",
        "test_tasks.py",
        "test_warming.py",
        "test_manifest.py",
        "test_bulk_edit.py",
        "admin/test_searching.py",
        "models/test_named.py",
        "jobs",
    )
    files = [path for name in names for path in sorted(HERE.glob(name))]
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
