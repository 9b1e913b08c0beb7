"""What is not seen yet, and what it costs to look at."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from assets.analysis import bulk_look
from assets.jobs.sweep import sweep
from assets.models import AnalyserUsage, Analysis, Asset, Collection
from tests.assets.images import analysed_collection
from tests.assets.job_support import Message

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _images(settings: Any) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": "rekognition"}
    files = {"a.jpg": "1", "copy.jpg": "1", "b.jpg": "2", "c.jpg": "3", "d.jpg": "4"}
    press, private = analysed_collection(), Collection.objects.create(name="Private")
    rows = [Asset(key=key, original=key, sha256=sha, collection=press) for key, sha in files.items()]
    rows += [Asset(key=f"private-{sha}.jpg", original="x", sha256=sha, collection=private) for sha in ("5", "6")]
    rows += [Asset(key="loose.jpg", original="x", sha256="7")]
    Asset._base_manager.bulk_create(rows)
    for sha256, state in {"2": "done", "3": "queued", "4": "failed", "6": "failed"}.items():
        Analysis.objects.create(sha256=sha256, analyser="rekognition", state=state)


def test_copies_are_one_look_and_what_is_seen_or_queued_is_left_alone() -> None:
    planned = bulk_look.plan()
    failed = Analysis.objects.get(sha256="4").pk
    assert (planned.new, planned.failed, len(planned)) == (("1",), (failed,), 2)
    assert (planned.calls, planned.dollars) == (8, 0.008)


def test_the_price_follows_the_calls_of_the_month() -> None:
    AnalyserUsage.objects.create(month=f"{datetime.now(UTC):%Y-%m}", calls=999_996)
    assert bulk_look.plan().dollars == pytest.approx(4 * 0.001 + 4 * 0.0008)


def test_a_request_queues_both(sent: list[Message]) -> None:
    assert len(list(bulk_look.plan().request())) == len(sent) == 2
    assert Analysis.objects.filter(state="queued").count() == 3
    assert len(bulk_look.plan()) == 0


def test_another_analyser_has_seen_nothing(settings: Any) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": "faces"}
    planned = bulk_look.plan()
    assert (planned.new, planned.failed, planned.calls) == (("1", "2", "3", "4"), (), 0)


def test_one_collection_is_asked_for_alone() -> None:
    private, other = Collection.objects.get(name="Private"), analysed_collection("Other")
    assert len(bulk_look.plan(private)) == len(bulk_look.plan(other)) == 0
    private.analysed = True
    private.save()
    planned = bulk_look.plan(private)
    assert (planned.new, len(planned.failed)) == (("5",), 1)
    assert len(bulk_look.plan()) == 4


def test_a_move_asks_for_what_was_never_asked_for() -> None:
    images = Asset.objects.filter(key__in=["private-5.jpg", "private-6.jpg", "loose.jpg", "b.jpg"])
    assert bulk_look.plan_of(images) == bulk_look.BulkLook(("5", "7"))


def test_without_an_analyser_nothing_is_planned(settings: Any) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": ""}
    assert len(bulk_look.plan()) == len(bulk_look.plan_of(Asset.objects.all())) == 0


def test_a_request_of_very_many_sends_some_messages_and_leaves_the_rest_to_the_sweep(sent: list[Message]) -> None:
    planned = bulk_look.BulkLook(tuple(f"{number:064}" for number in range(1203)))
    assert len(list(planned.request(messages=600))) == 1203
    assert len(sent) == 600
    assert Analysis.objects.filter(state="queued").count() == 1203 + 1
    Analysis.objects.update(saved_seconds=0)
    assert sweep() == 500
