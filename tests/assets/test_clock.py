"""Comparisons use one clock: wrong clocks of workers and the hours in which local time changes do no harm."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection

from assets.clock import DatabaseSeconds, database_seconds
from assets.models import Purge
from tests.deployment import Deployment
from tests.fake_clock import wrong_clock
from tests.machine import ROOT, wait_until
from tests.services import postgresql

pytestmark = pytest.mark.long


@pytest.mark.django_db
def test_the_database_tells_the_seconds_since_1970() -> None:
    before = int(time.time())
    row = Purge.objects.create(subject="a.jpg")
    row.refresh_from_db()
    assert before - 1 <= row.created_seconds <= database_seconds("default") <= time.time() + 1
    assert row.saved_seconds == row.created_seconds
    assert Purge.objects.annotate(now=DatabaseSeconds()).get().now >= row.created_seconds


@pytest.mark.django_db
def test_a_save_moves_the_time_of_the_last_save_alone() -> None:
    row = Purge.objects.create(subject="a.jpg")
    Purge.objects.update(created_seconds=1, saved_seconds=2)
    row.refresh_from_db()
    row.save(update_fields=["state", "created_seconds", "saved_seconds"])
    row.refresh_from_db()
    assert row.created_seconds == 1
    assert row.saved_seconds > 2
    assert row.saved_seconds == pytest.approx(database_seconds(connection.alias), abs=2)


_SWEEP = "from assets.jobs.sweep import sweep; print(sweep())"
_QUEUE = "print(Purge.objects.create(subject='a.jpg').pk)"


@pytest.fixture(scope="module")
def on_postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    with postgresql() as database:
        yield Deployment(tmp_path_factory.mktemp("postgresql"), database=database)


@pytest.mark.services
@pytest.mark.parametrize("skew", [-3600, -90, 90, 3600])
def test_a_process_with_a_wrong_clock_takes_no_job_for_forgotten_and_forgets_none(
    skew: int, on_postgresql: Deployment
) -> None:
    deployment = on_postgresql
    deployment.query("delete from imagehub_purge")
    deployment.django(_QUEUE)
    skewed = {**deployment.environment, **wrong_clock(skew)}
    assert _python(_SWEEP, skewed) == "0"
    deployment.query("update imagehub_purge set saved_seconds = saved_seconds - 61")
    assert _python(_SWEEP, skewed) == "1"
    assert _python(_SWEEP, deployment.environment) == "0"


def test_a_worker_whose_clock_is_a_minute_ahead_of_beats_sweeps(tmp_path: Path) -> None:
    """Celery compares the worker's clock with the sender's."""
    deployment = Deployment(tmp_path)
    with deployment.worker():
        messages = tmp_path / "queue/messages"
        wait_until(lambda: not [path for path in messages.rglob("*") if path.is_file()])  # the worker's own first sweep
        deployment.django(_QUEUE)
        deployment.query("update imagehub_purge set saved_seconds = 0")
        _python(
            "from imagehub.celery import app; "
            "entry = app.conf.beat_schedule['sweep']; app.send_task(entry['task'], **entry['options'])",
            {**deployment.environment, **wrong_clock(-60)},
        )
        wait_until(lambda: deployment.query("select state from imagehub_purge") == ["done"])


#: When clocks change in Berlin: from 03:00 back to 02:00, and from 02:00 to 03:00.
_CHANGES = {
    "autumn": datetime(2026, 10, 25, 1, tzinfo=UTC),
    "spring": datetime(2026, 3, 29, 1, tzinfo=UTC),
}


@pytest.mark.parametrize("change", _CHANGES)
def test_with_naive_times_a_lost_job_is_found_in_the_hour_in_which_clocks_change(change: str, tmp_path: Path) -> None:
    """With SQLite, whose clock is the process's."""
    _, at = _in_berlin(change, tmp_path)
    _python(_QUEUE, at(-30))
    assert _python(_SWEEP, at(20)) == "0", "after 50 seconds"
    assert _python(_SWEEP, at(40)) == "1", "after 70 seconds"


_UPLOAD = "from tests.assets.images import make_asset; make_asset('gone.jpg')"
_DELETE = "Asset.objects.get().delete()"
_PURGE = (
    "from assets import tasks; from assets.storage import object_store; "
    "[tasks.run_purge(row.pk) for row in Purge.objects.filter(state='queued')]; "
    "print(Purge.objects.get().state, list(object_store().list('originals/')))"
)


@pytest.mark.parametrize("skew", [-3600, -5, 5, 3600])
def test_a_worker_with_a_wrong_clock_deletes_the_original_of_a_deleted_image(skew: int, tmp_path: Path) -> None:
    environment = Deployment(tmp_path).environment
    _python(f"{_UPLOAD}; {_DELETE}", environment)
    assert _python(_PURGE, {**environment, **wrong_clock(skew)}) == "done []"


@pytest.mark.parametrize("change", _CHANGES)
def test_with_naive_times_a_deletion_in_the_hour_in_which_clocks_change_is_carried_out(
    change: str, tmp_path: Path
) -> None:
    environment, at = _in_berlin(change, tmp_path)
    _python(_UPLOAD, environment)  # an upload waits for a child process, which it cannot with a clock that is not real
    _python(_DELETE, at(-30))
    assert _python(_PURGE, at(30)) == "done []"


def _in_berlin(change: str, folder: Path) -> tuple[dict[str, str], Callable[[int], dict[str, str]]]:
    """The environment of a project with naive times: with the real clock, and so many seconds after clocks changed."""
    (folder / "naive.py").write_text("from imagehub.settings import *\nUSE_TZ = False\nTIME_ZONE = 'Europe/Berlin'\n")
    own = {"DJANGO_SETTINGS_MODULE": "naive", "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"}
    environment = {**Deployment(folder).environment, **own}

    def at(seconds: int) -> dict[str, str]:
        when = int(_CHANGES[change].timestamp()) + seconds
        return {**environment, **wrong_clock(when - int(time.time()))}

    return environment, at


def _python(code: str, environment: dict[str, str]) -> str:
    code = f"import django; django.setup(); from assets.models import *; {code}"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
