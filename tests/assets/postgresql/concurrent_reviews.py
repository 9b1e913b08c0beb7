"""Reviewers who decide at once, and a worker that records beside them. Run by ``test_on_postgresql.py``."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.core.files.base import ContentFile

from assets.analysis import looking
from assets.analysis.seen import Seen
from assets.models import Asset, Collection, Review
from assets.reviews import OutdatedReview, decide, latest_review, mark
from assets.trash import move_to_trash, restore
from edge.contract.original import OriginalFacts
from edge.storage.objects.store import Store
from tests.assets.concurrency_support import at_once
from tests.assets.images import image_file, make_asset
from tests.assets.review_support import VIOLENCE, analysis_of, decisions, flagged, turn_on

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sent")]


@pytest.fixture(autouse=True)
def _rekognition(settings: Any) -> None:
    turn_on(settings)


def attempt(asset: Asset, decision: str, seen: str) -> str:
    try:
        return decide(asset.pk, decision, seen=seen).decision
    except OutdatedReview:
        return ""


def published(store: Store, asset: Asset) -> OriginalFacts | None:
    return OriginalFacts.read(store.head(f"originals/{asset.key}").metadata)


def test_of_reviewers_who_decide_at_once_one_decides_and_the_others_are_told(store: Store) -> None:
    for number in range(5):
        asset = flagged(f"{number}.jpg", image_file(size=(60 + number, 40)))
        seen = mark(asset, latest_review(asset))
        wanted = ("approved", "blurred", "withheld", "trashed")
        found = at_once(*(partial(attempt, asset, decision, seen) for decision in wanted))
        assert sorted(found)[:3] == ["", "", ""]
        assert decisions(asset) == [max(found)]
        row = Asset.objects.get(pk=asset.pk)
        assert published(store, asset) == row.facts


def test_an_editor_a_reviewer_and_a_worker_at_once_lose_nothing(store: Store) -> None:
    for number in range(5):
        asset = make_asset(f"{number}.jpg", image_file(size=(60 + number, 40)))
        analysis = analysis_of(asset)

        def move(pk: Any = asset.pk) -> None:
            mine = Asset.objects.get(pk=pk)
            mine.focal_x = mine.focal_y = 7
            mine.save()

        at_once(
            partial(looking.record, analysis, Seen(faces=((1, 2, 3, 4),), moderation=VIOLENCE)),
            partial(decide, asset.pk, "withheld"),
            move,
        )
        row = Asset.objects.get(pk=asset.pk)
        assert (row.verdict, row.focal, row.faces) == ("withheld", (7, 7), [[1, 2, 3, 4]])
        assert published(store, asset) == row.facts
        assert decisions(asset) == ["withheld"]


def test_copies_that_are_saved_while_a_worker_records_are_flagged_too(store: Store) -> None:
    collection = Collection.objects.create(name="News", analysed=True)
    for number in range(5):
        body = image_file(size=(60 + number, 40))
        first = make_asset(f"{number}.jpg", body, collection=collection)
        analysis = analysis_of(first)
        copies = [partial(copy, f"{number}-{name}.jpg", body) for name in "abc"]
        at_once(partial(looking.record, analysis, Seen(moderation=VIOLENCE)), *copies)
        rows = Asset.objects.filter(sha256=first.sha256)
        assert [row.verdict for row in rows] == ["blurred"] * 4
        assert [decisions(row) for row in rows] == [["open"]] * 4
        assert [published(store, row) for row in rows] == [row.facts for row in rows]


def copy(key: str, body: bytes) -> None:
    Asset(key=key, original=ContentFile(body, name="x")).save()


def test_trash_and_restore_at_once_end_as_one_of_them(store: Store) -> None:
    asset = make_asset()
    for _ in range(5):
        at_once(*[partial(move_to_trash, asset.pk), partial(restore, asset.pk)] * 2)
        row = Asset.objects.get()
        assert published(store, asset) == row.facts
    assert not Review.objects.exists()
