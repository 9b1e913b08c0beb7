"""No reply is paid for twice: not by a retry, not after a worker was killed, not by two workers on one file."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assets import tasks
from assets.analysis import rekognition
from assets.analysis.kept_replies import KeptReplies, Overtaken
from assets.analysis.storable import MAX_ITEMS, MAX_TEXT
from assets.jobs.sweep import sweep
from assets.models import AnalyserUsage, Analysis, Asset
from tests.assets.analysis.photographs import astronaut
from tests.assets.images import analysed_collection, make_asset
from tests.assets.job_support import Message
from tests.deployment import Deployment
from tests.machine import ROOT, wait_until
from tests.rekognition_server import Behaviour, StandIn, run_rekognition, use

pytestmark = pytest.mark.django_db(transaction=True)

State = Analysis.State
OPERATIONS = list(rekognition.OPERATIONS)


@pytest.fixture
def server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    with run_rekognition() as running:
        use(running, settings, monkeypatch)
        yield running


def look() -> Analysis:
    row = Analysis.objects.get()
    tasks.run_analysis(row.pk)
    row.refresh_from_db()
    return row


def usage() -> int:
    return AnalyserUsage.objects.get().calls


@pytest.mark.parametrize("failing", range(4))
def test_a_retry_makes_the_missing_calls_only_and_counts_them_only(
    server: StandIn, sent: list[Message], failing: int
) -> None:
    make_asset(body=astronaut(), collection=analysed_collection())
    server.following = [Behaviour.NORMAL] * failing + [Behaviour.NO_JSON]
    row = look()
    assert (row.state, list(row.reply)) == (State.QUEUED, OPERATIONS[:failing])
    assert (row.calls, row.reserved, usage()) == (failing + 1, 0, failing + 1)
    server.asked.clear()
    row = look()
    assert (row.state, server.asked) == (State.DONE, OPERATIONS[failing:])
    assert (row.calls, row.reserved, usage()) == (5, 0, 5)
    assert Asset.objects.get().faces == row.faces != []
    assert row.text == "SUMMER SALE\nNASA"


def test_the_budget_has_to_suffice_for_the_missing_calls_only(
    server: StandIn, sent: list[Message], settings: Any
) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER_MONTHLY_CALLS": "5"}
    make_asset(body=astronaut(), collection=analysed_collection())
    server.following = [Behaviour.NORMAL] * 3 + [Behaviour.NO_JSON]
    assert look().state == State.QUEUED
    assert look().state == State.DONE
    assert usage() == 5


def test_rights_that_are_granted_later_do_not_let_the_first_calls_be_paid_again(
    server: StandIn, sent: list[Message]
) -> None:
    make_asset(body=astronaut(), collection=analysed_collection())
    server.following = [Behaviour.NORMAL, Behaviour.DENIED]
    assert look().state == State.FAILED
    Analysis.objects.update(state=State.QUEUED)
    assert look().state == State.DONE
    assert server.asked == ["DetectFaces", "DetectLabels", *OPERATIONS[1:]]


def test_a_worker_that_wakes_up_after_another_has_taken_over_makes_no_more_calls(
    server: StandIn, sent: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_asset(body=astronaut(), collection=analysed_collection())
    keep = KeptReplies._keep
    seen: list[str] = []

    def stop_after_the_first(replies: KeptReplies, name: str, reply: Any) -> Any:
        kept = keep(replies, name, reply)
        if not seen:  # for more than a minute, so that another worker is sent
            seen.append(name)
            Analysis.objects.update(saved_seconds=0)
            assert sweep() == 1
            assert look().state == State.DONE
        return kept

    monkeypatch.setattr(KeptReplies, "_keep", stop_after_the_first)
    row = look()
    assert (row.state, row.attempts, seen) == (State.DONE, 2, ["DetectFaces"])
    assert server.asked == OPERATIONS
    assert (row.calls, row.reserved, usage()) == (4, 0, 4)


def test_a_worker_that_was_overtaken_during_a_call_that_fails_leaves_the_look_to_the_other(
    server: StandIn, sent: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_asset(body=astronaut(), collection=analysed_collection())
    send = rekognition._send
    failed: list[str] = []

    def fail_late(operation: str, picture: Any) -> Any:
        if not failed:
            failed.append(operation)
            Analysis.objects.update(saved_seconds=0)
            assert sweep() == 1
            assert look().state == State.DONE
            server.following = [Behaviour.DENIED]
        return send(operation, picture)

    monkeypatch.setattr(rekognition, "_send", fail_late)
    row = look()
    assert (row.state, row.error) == (State.DONE, "")
    assert row.reserved == 0


def test_the_last_reply_of_a_look_whose_image_is_gone_is_dropped(server: StandIn, sent: list[Message]) -> None:
    make_asset(body=astronaut(), collection=analysed_collection())
    row = Analysis.objects.get()
    Analysis.objects.update(state=State.RUNNING)
    row.refresh_from_db()

    def forget() -> dict[str, Any]:
        Analysis.objects.all().delete()
        return {}

    with pytest.raises(Overtaken):
        KeptReplies(row).once("DetectFaces", forget)
    with pytest.raises(Overtaken):
        KeptReplies(row).once("DetectFaces", dict)


@pytest.mark.parametrize("behaviour", [Behaviour.UNSTORABLE, Behaviour.VERY_MUCH])
def test_whatever_a_reply_contains_is_stored_at_the_first_attempt(
    server: StandIn, sent: list[Message], behaviour: Behaviour
) -> None:
    server.behaviour = behaviour
    make_asset(body=astronaut(), collection=analysed_collection())
    row = look()
    assert (row.state, row.attempts, server.asked) == (State.DONE, 1, OPERATIONS)
    assert len(row.labels) <= MAX_ITEMS
    assert len(row.text) <= MAX_TEXT
    assert len(json.dumps(row.reply)) < 500_000
    assert "\0" not in json.dumps(row.labels, ensure_ascii=False) + row.text


# Killed workers, with a database, a broker and processes of their own.

_UPLOAD = (
    "from django.core.files.base import ContentFile; "
    "press = Collection.objects.create(name='Press', analysed=True); "
    "Asset(key='a.jpg', collection=press, original=ContentFile(open({path!r}, 'rb').read(), name='x')).save()"
)
_ROW = "select state, attempts, calls, reserved from imagehub_analysis"
_KILLED = (
    "import os, signal, django; django.setup(); from assets import tasks; from assets.models import Analysis; "
    "from assets.analysis.kept_replies import KeptReplies; "
    "keep = KeptReplies._keep; "
    "KeptReplies._keep = lambda self, name, reply: "
    "(keep(self, name, reply), name == 'DetectLabels' and os.kill(os.getpid(), signal.SIGKILL))[0]; "
    "tasks.run_analysis(Analysis.objects.get().pk)"
)


@pytest.fixture
def deploy(tmp_path: Path) -> Callable[[StandIn], Deployment]:
    """A deployment with one image that nobody has looked at."""

    def deploy(server: StandIn) -> Deployment:
        variables = {"IMAGEHUB_ANALYSER": "rekognition", "IMAGEHUB_ANALYSER_REGION": "eu-west-1"}
        deployment = Deployment(tmp_path, variables={**variables, "IMAGEHUB_ANALYSER_ENDPOINT": server.url})
        (tmp_path / "astronaut.jpg").write_bytes(astronaut())
        deployment.django(_UPLOAD.format(path=str(tmp_path / "astronaut.jpg")))
        return deployment

    return deploy


def finished_by_another_worker(deployment: Deployment) -> None:
    deployment.query("update imagehub_analysis set saved_seconds = 0")
    with deployment.worker():
        wait_until(lambda: deployment.query(_ROW)[0] == "done", deployment.worker_log)


def test_a_worker_that_is_killed_between_two_calls_has_paid_for_what_it_got(
    deploy: Callable[[StandIn], Deployment],
) -> None:
    with run_rekognition() as server:
        deployment = deploy(server)
        command = [sys.executable, "-c", _KILLED]
        ended = subprocess.run(command, env=deployment.environment, cwd=ROOT, check=False)
        assert ended.returncode == -signal.SIGKILL
        assert (deployment.query(_ROW), server.asked) == (["running", 1, 2, 2], OPERATIONS[:2])
        finished_by_another_worker(deployment)
        assert (deployment.query(_ROW), server.asked) == (["done", 2, 4, 0], OPERATIONS)
        assert deployment.query("select calls from imagehub_analyserusage") == [4]


def test_a_worker_that_is_killed_during_a_call_repeats_that_one_only(
    deploy: Callable[[StandIn], Deployment],
) -> None:
    with run_rekognition() as server:
        deployment = deploy(server)
        server.following = [Behaviour.NORMAL, Behaviour.NORMAL, Behaviour.SLOW]
        with deployment.worker() as worker:
            wait_until(lambda: len(server.asked) == 3, deployment.worker_log)
            os.killpg(worker.pid, signal.SIGKILL)
        assert deployment.query(_ROW) == ["running", 1, 3, 1]
        finished_by_another_worker(deployment)
        assert server.asked == [*OPERATIONS[:3], *OPERATIONS[2:]]
        assert (deployment.query(_ROW)) == ["done", 2, 5, 0]
        assert deployment.query("select calls from imagehub_analyserusage") == [5]
