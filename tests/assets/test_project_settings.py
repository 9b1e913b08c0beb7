"""Settings of other projects than the demo: a read replica, UUID users, naive times, a transaction a request."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.machine import ROOT

pytestmark = pytest.mark.long

HERE = Path(__file__).parent


def run_tests(settings: str, *names: str) -> None:
    """Run those files and folders beside this one with other settings, which a process reads once."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-m",
            "not (services or browser)",
            *(str(HERE / name) for name in names),
        ],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": f"tests.assets.project_settings.{settings}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-5000:]


def test_a_replica_that_lags_is_never_read_where_it_matters() -> None:
    run_tests("replica", "project_settings/replica_cases.py")


def test_uuid_users_naive_times_and_a_transaction_a_request() -> None:
    names = (
        "models",
        "jobs",
        "test_receivers.py",
        "test_fallback.py",
        "admin/test_asset_form.py",
        "admin/test_job_admin.py",
    )
    run_tests("unusual", *names)
