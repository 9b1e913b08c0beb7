"""What is not seen yet, and what it costs to look at."""

from __future__ import annotations

from typing import Any

import pytest

from assets.analysis import bulk_look
from assets.models import Analysis, Asset
from tests.assets.job_support import Message

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _images(settings: Any) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": "rekognition"}
    files = {"a.jpg": "1", "copy.jpg": "1", "b.jpg": "2", "c.jpg": "3", "d.jpg": "4"}
    Asset._base_manager.bulk_create([Asset(key=key, original=key, sha256=sha) for key, sha in files.items()])
    for sha256, state in {"2": "done", "3": "queued", "4": "failed"}.items():
        Analysis.objects.create(sha256=sha256, analyser="rekognition", state=state)


def test_copies_are_one_look_and_what_is_seen_or_queued_is_left_alone() -> None:
    planned = bulk_look.plan()
    failed = Analysis.objects.get(state="failed").pk
    assert (planned.new, planned.failed, len(planned)) == (("1",), (failed,), 2)
    assert (planned.calls, planned.dollars) == (8, 0.008)


def test_a_request_queues_both(sent: list[Message]) -> None:
    assert len(list(bulk_look.plan().request())) == len(sent) == 2
    assert Analysis.objects.filter(state="queued").count() == 3
    assert len(bulk_look.plan()) == 0


def test_another_analyser_has_seen_nothing(settings: Any) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": "faces"}
    planned = bulk_look.plan()
    assert (planned.new, planned.failed, planned.calls) == (("1", "2", "3", "4"), (), 0)
