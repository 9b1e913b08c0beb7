"""Warming waits for what would make it vain: a publication, a look or a purge of its images."""

from __future__ import annotations

from typing import Any

import pytest

from assets.models import Analysis, Asset, BulkPurge, BulkPurgeKey, Purge
from assets.unsettled import why_unsettled

pytestmark = pytest.mark.django_db

State = Purge.State


@pytest.fixture(autouse=True)
def _images(settings: Any) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": "faces"}
    Asset._base_manager.bulk_create([Asset(key=key, original=key, sha256=key) for key in ("a.jpg", "b.jpg")])


def is_unsettled(word: str) -> bool:
    """Whether ``a.jpg``, and so all images together, wait for that, and ``b.jpg`` for nothing."""
    assert why_unsettled(["b.jpg"]) == ""
    assert why_unsettled(["b.jpg", "a.jpg"]) == why_unsettled(None) == why_unsettled(["a.jpg"])
    assert why_unsettled([]) == ""
    return word in why_unsettled(["a.jpg"])


def test_images_are_settled() -> None:
    assert why_unsettled(None) == ""


def test_a_publication_comes_first() -> None:
    Asset._base_manager.filter(key="a.jpg").update(state=Asset.State.PUBLISHING)
    assert is_unsettled("published")


@pytest.mark.parametrize(
    ("state", "waits"), [(State.QUEUED, True), (State.RUNNING, True), (State.DONE, False), (State.FAILED, False)]
)
def test_a_look_comes_first_unless_it_has_failed(state: str, waits: bool) -> None:
    Analysis.objects.create(sha256="a.jpg", analyser="faces", state=state)
    assert is_unsettled("looked at") == waits


def test_a_look_of_an_analyser_that_is_not_used_any_more_is_not_waited_for() -> None:
    Analysis.objects.create(sha256="a.jpg", analyser="rekognition")
    assert why_unsettled(None) == ""


@pytest.mark.parametrize(
    ("fields", "waits"),
    [
        ({"state": State.QUEUED}, True),
        ({"state": State.RUNNING}, True),
        ({"state": State.RUNNING, "invalidation_id": "I1"}, False),  # all is deleted, and CloudFront knows
        ({"state": State.DONE}, False),
        ({"kind": "preset", "action": "invalidate"}, False),
    ],
)
def test_a_purge_comes_first(fields: dict[str, Any], waits: bool) -> None:
    Purge.objects.create(subject="a.jpg", **fields)
    assert is_unsettled("purged") == waits


def test_a_bulk_purge_comes_first() -> None:
    purge = BulkPurge.objects.create()
    BulkPurgeKey.objects.create(purge=purge, key="a.jpg")
    assert is_unsettled("purged")
    BulkPurge.objects.update(state=State.FAILED)
    assert why_unsettled(None) == ""
