"""A job's progress is saved once a second, and a long job lets others run."""

from __future__ import annotations

import pytest

from assets.jobs import progress
from assets.jobs.progress import Progress
from assets.models import Purge
from tests.assets.job_support import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(progress, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def row() -> Purge:
    return Purge.objects.create(subject="a.jpg", state=Purge.State.RUNNING, attempts=3)


def test_it_is_saved_at_most_once_a_second(row: Purge, clock: list[float]) -> None:
    recorder = Progress(row)
    assert recorder.record(variants_deleted=1)
    assert Purge.objects.get().variants_deleted is None
    clock[0] += 1
    assert recorder.record(variants_deleted=2)
    assert Purge.objects.get().variants_deleted == 2
    assert recorder.record(variants_deleted=3)
    assert Purge.objects.get().variants_deleted == 2


def test_after_its_time_slice_the_job_goes_to_the_end_of_the_queue(
    row: Purge, clock: list[float], sent: list[Message]
) -> None:
    recorder = Progress(row)
    clock[0] += progress.SLICE_SECONDS
    assert not recorder.record(variants_deleted=7)
    saved = Purge.objects.get()
    assert (saved.state, saved.attempts, saved.variants_deleted) == (Purge.State.QUEUED, 0, 7)
    assert sent == [Message("assets.tasks.run_purge", (row.pk,), waits=False)]
