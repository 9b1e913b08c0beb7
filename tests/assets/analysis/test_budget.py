"""An analyser that costs money stops at the month's budget and keeps to its rate, over all workers."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from assets import tasks
from assets.analysis import budget, rekognition
from assets.errors import PermanentFailure, Postponed
from assets.models import AnalyserUsage, Analysis, Asset
from tests.assets.analysis.photographs import astronaut, coffee
from tests.assets.images import analysed_collection, make_asset
from tests.assets.job_support import Message
from tests.deployment import Deployment
from tests.machine import ROOT
from tests.rekognition_server import StandIn, run_rekognition, use

pytestmark = pytest.mark.django_db(transaction=True)

State = Analysis.State
NOVEMBER_30 = 1_796_083_199  # 2026-11-30 23:59:59 UTC


class Clock:
    """The database's clock, and what a worker slept."""

    def __init__(self) -> None:
        self.now = NOVEMBER_30 - 1000
        self.slept: list[float] = []


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(budget, "database_seconds", lambda _: clock.now)
    monkeypatch.setattr("time.sleep", clock.slept.append)
    return clock


@pytest.fixture
def server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    with run_rekognition() as running:
        use(running, settings, monkeypatch)
        yield running


def limit(settings: Any, calls: str = "", per_second: str = "") -> None:
    limits = {"ANALYSER_MONTHLY_CALLS": calls, "ANALYSER_PER_SECOND": per_second}
    settings.IMAGEHUB = {**settings.IMAGEHUB, **limits}


def spend(calls: int) -> None:
    """As the look at another file does."""
    row = Analysis.objects.create(sha256=uuid4().hex, analyser="rekognition", state=State.RUNNING)
    budget.reserve(row, calls)


def test_a_look_that_costs_nothing_is_not_counted() -> None:
    spend(0)
    assert not AnalyserUsage.objects.exists()


def test_the_budget_is_for_a_month_in_utc(clock: Clock, settings: Any) -> None:
    limit(settings, calls="9")
    clock.now = NOVEMBER_30
    spend(4)
    spend(4)
    with pytest.raises(PermanentFailure, match=r"budget .* is spent: 8 of 9 calls in 2026-11\. Raise"):
        spend(4)
    clock.now += 1
    spend(4)
    assert [str(each) for each in AnalyserUsage.objects.all()] == ["4 calls in 2026-12", "8 calls in 2026-11"]


def test_without_limits_calls_are_counted_only(clock: Clock, settings: Any) -> None:
    limit(settings)
    for _ in range(20):
        spend(4)
    assert AnalyserUsage.objects.get().calls == 80
    assert set(clock.slept) == {0}


def test_looks_are_spread_over_the_seconds(clock: Clock, settings: Any) -> None:
    limit(settings, per_second="2")
    for _ in range(5):
        spend(4)
    assert clock.slept == [0, 0, 1, 1, 2]
    clock.now += 2
    spend(4)
    clock.now += 9
    spend(4)
    assert clock.slept[5:] == [0, 0]


def test_no_worker_waits_long_for_its_turn(clock: Clock, settings: Any) -> None:
    limit(settings, per_second="1")
    for _ in range(6):
        spend(4)
    with pytest.raises(Postponed, match="More than 1 images a second") as caught:
        spend(4)
    assert 6 <= caught.value.seconds <= 12
    assert clock.slept == [0, 1, 2, 3, 4, 5]
    assert AnalyserUsage.objects.get().calls == 24


def test_the_budget_stops_a_bulk_run_in_the_middle_and_blocks_no_upload(
    server: StandIn, sent: list[Message], settings: Any
) -> None:
    limit(settings, calls="4")
    press = analysed_collection()
    bodies = {"a.jpg": astronaut(), "b.jpg": coffee()}
    images = [make_asset(key, body, collection=press) for key, body in bodies.items()]
    for row in Analysis.objects.order_by("pk"):
        tasks.run_analysis(row.pk)
    done, stopped = Analysis.objects.order_by("pk")
    assert (done.state, stopped.state) == (State.DONE, State.FAILED)
    assert stopped.error.startswith("This month's budget for looking at images is spent: 4 of 4 calls in ")
    assert server.asked == list(rekognition.OPERATIONS)
    assert {asset.state for asset in Asset.objects.all()} == {Asset.State.PUBLISHED}
    assert len(images) == 2
    tasks.sweep()
    stopped.refresh_from_db()
    assert stopped.state == State.FAILED
    limit(settings, calls="8")
    tasks.sweep()
    tasks.run_analysis(stopped.pk)
    stopped.refresh_from_db()
    assert (stopped.state, len(server.asked)) == (State.DONE, 8)


def test_what_the_budget_stopped_goes_on_in_the_next_month_as_far_as_that_ones_budget_reaches(
    clock: Clock, sent: list[Message], server: StandIn, settings: Any
) -> None:
    limit(settings, calls="10")
    spend(8)
    for number in range(3):
        Analysis.objects.create(sha256=str(number), analyser="rekognition", state=State.FAILED, error=budget.SPENT)
    other = Analysis.objects.create(sha256="x", analyser="rekognition", state=State.FAILED, error="Access denied")
    assert budget.resume() == 0
    clock.now += 2000
    assert budget.resume() == 2
    assert [message.task for message in sent] == ["assets.tasks.run_analysis"] * 2
    other.refresh_from_db()
    assert other.state == State.FAILED


def test_a_look_makes_as_many_calls_as_a_resumed_one_is_expected_to() -> None:
    assert len(rekognition.OPERATIONS) == budget.CALLS_OF_A_LOOK


def test_a_postponed_look_has_not_failed(
    server: StandIn, sent: list[Message], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(settings, per_second="1")
    monkeypatch.setattr(budget, "_LONGEST_WAIT", -1)
    make_asset(body=astronaut(), collection=analysed_collection())
    row = Analysis.objects.get()
    sent.clear()
    tasks.run_analysis(row.pk)
    row.refresh_from_db()
    assert (row.state, row.attempts) == (State.QUEUED, 0)
    assert sent == [Message("assets.tasks.run_analysis", (row.pk,), waits=False)]
    assert server.asked == []


_RESERVE = (
    "import django; django.setup(); from django.db import connection; from assets.analysis import budget; "
    "from assets.errors import PermanentFailure; from assets.models import Analysis; "
    "connection.settings_dict['OPTIONS']['transaction_mode'] = {mode!r}\n"
    "import time; take = budget._take_turn\n"
    "budget._take_turn = lambda *given: (time.sleep(0.05), take(*given))[1]\n"  # so that the transactions meet
    "for number in range(10):\n"
    "    row = Analysis.objects.create(sha256=f'{name}-{{number}}', analyser='rekognition')\n"
    "    try:\n"
    "        budget.reserve(row, 4)\n"
    "        print('spent')\n"
    "    except PermanentFailure:\n"
    "        pass\n"
)


@pytest.mark.parametrize("mode", ["IMMEDIATE", "DEFERRED"])
def test_processes_that_share_an_sqlite_file_do_not_spend_more_than_the_budget(tmp_path: Path, mode: str) -> None:
    variables = {"IMAGEHUB_ANALYSER_MONTHLY_CALLS": "81", "IMAGEHUB_ANALYSER_PER_SECOND": ""}
    deployment = Deployment(tmp_path, variables=variables)
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", _RESERVE.format(mode=mode, name=name)],
            env=deployment.environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in "abcd"
    ]
    spent = [worker.communicate(timeout=60)[0].split() for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * 4
    assert sum(map(len, spent)) == 20
    assert deployment.query("select calls from imagehub_analyserusage") == [80]
