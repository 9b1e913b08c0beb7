"""Flagged images: what visitors see of them, who decides, and what happens to copies, new files and rivals."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.db import transaction

from assets import reviews
from assets.analysis import looking
from assets.analysis.seen import ModerationLabel, Seen
from assets.models import Analysis, Asset, Collection, Purge, Review
from assets.reviews import CannotUndo, OutdatedReview, decide, latest_review, mark, undo
from assets.trash import move_to_trash, restore
from edge.contract.original import Verdict
from edge.storage.objects.store import Store
from tests.assets.images import image_file, make_asset
from tests.assets.job_support import Message
from tests.assets.publication_support import facts
from tests.assets.review_support import VIOLENCE, analysis_of, decisions, flagged, record, turn_on

pytestmark = pytest.mark.django_db(transaction=True)

KEY = "photos/beach.jpg"


@pytest.fixture(autouse=True)
def _rekognition(settings: Any, sent: list[Message]) -> None:
    turn_on(settings)


@pytest.fixture
def mary() -> Any:
    return get_user_model().objects.create_user("mary").pk


@pytest.fixture
def tom() -> Any:
    return get_user_model().objects.create_user("tom").pk


def published(store: Store, key: str = KEY) -> Verdict:
    found = facts(store, key)
    assert found is not None
    row = Asset.objects.get(key=key)
    assert found.version == row.version
    return found.verdict


def replace(asset: Asset, body: bytes) -> None:
    mine = Asset.objects.get(pk=asset.pk)
    mine.original = ContentFile(body, name="x")
    mine.save()
    asset.refresh_from_db()


def test_a_flagged_image_is_blurred_for_visitors_and_waits_for_a_review(store: Store) -> None:
    before = make_asset()
    asset = Asset.objects.get()
    analysis = record(asset, *VIOLENCE)
    assert published(store) is Verdict.BLURRED
    assert asset.version != before.version
    review = Review.objects.get()
    assert (review.asset, review.state, review.analysis, review.sha256) == (asset, "open", analysis, asset.sha256)
    assert review.labels[0] == {"name": "Graphic Violence", "confidence": 93.5, "parent": "Violence"}
    assert review.label_names == "|violence|graphic violence|weapon violence|"
    assert [purge.action for purge in Purge.objects.all()] == ["delete_variants"]


@pytest.mark.parametrize(
    ("unreviewed", "seen"), [("shown", Verdict.SHOWN), ("blurred", Verdict.BLURRED), ("withheld", Verdict.WITHHELD)]
)
def test_the_settings_say_what_visitors_see_meanwhile(
    settings: Any, store: Store, unreviewed: str, seen: Verdict
) -> None:
    turn_on(settings, MODERATION_UNREVIEWED=unreviewed)
    asset = flagged()
    assert published(store) is seen
    assert decisions(asset) == ["open"]
    assert Purge.objects.exists() == (seen is not Verdict.SHOWN)


def test_what_is_not_flagged_stays_as_it_is(store: Store) -> None:
    asset = make_asset()
    record(asset, ModerationLabel("Alcohol", 99.0), ModerationLabel("Violence", 60.0), ModerationLabel("To Come", None))
    assert published(store) is Verdict.SHOWN
    assert decisions(asset) == []


@pytest.mark.parametrize(
    ("decision", "seen"),
    [("approved", Verdict.SHOWN), ("blurred", Verdict.BLURRED), ("withheld", Verdict.WITHHELD)],
)
def test_a_decision_says_who_when_and_why_and_reaches_the_edge(
    store: Store, mary: Any, decision: str, seen: Verdict
) -> None:
    asset = flagged()
    found = decide(asset.pk, decision, user_id=mary, why="  A scene of a play.  ")
    row = Review.objects.get()
    assert (row.pk, row.state, row.decision, row.decided_by_id) == (found.pk, "decided", decision, mary)
    assert (row.why, row.before) == ("A scene of a play.", "blurred")
    assert row.decided_at is not None
    assert row.labels
    assert published(store) is seen
    assert Asset.objects.get().updated_by_id == mary


def test_a_decision_for_the_trash_hides_the_image(store: Store, mary: Any) -> None:
    asset = flagged()
    decide(asset.pk, "trashed", user_id=mary)
    asset.refresh_from_db()
    assert published(store) is Verdict.WITHHELD
    assert (asset.verdict, asset.trashed_by_id, asset.trashed_at is not None) == ("blurred", mary, True)


def test_a_second_look_at_the_same_bytes_does_not_ask_again(store: Store) -> None:
    asset = flagged()
    record(asset, *VIOLENCE)
    assert decisions(asset) == ["open"]
    decide(asset.pk, "approved")
    record(asset, *VIOLENCE)
    assert decisions(asset) == ["approved"]
    assert published(store) is Verdict.SHOWN


def test_a_decision_by_hand_before_the_look_stands(store: Store) -> None:
    asset = make_asset()
    decide(asset.pk, "withheld", why="A wrong picture.")
    record(asset, *VIOLENCE)
    assert decisions(asset) == ["withheld"]
    assert published(store) is Verdict.WITHHELD


def test_a_verdict_that_code_has_set_is_not_weakened(store: Store) -> None:
    asset = make_asset()
    asset.verdict = Verdict.WITHHELD
    asset.save(update_fields=["verdict"])
    record(asset, *VIOLENCE)
    assert published(store) is Verdict.WITHHELD
    assert decisions(asset) == ["open"]


def test_a_replaced_file_is_reviewed_anew_and_closes_the_review_of_the_file_before(store: Store, mary: Any) -> None:
    asset = flagged()
    replace(asset, image_file(colour="navy"))
    assert published(store) is Verdict.SHOWN
    assert decisions(asset) == ["replaced"]
    record(asset, *VIOLENCE)
    assert decisions(asset) == ["replaced", "open"]
    assert published(store) is Verdict.BLURRED


def test_the_same_file_again_changes_nothing(store: Store) -> None:
    asset = flagged(body=image_file())
    replace(asset, image_file())
    assert (decisions(asset), published(store)) == (["open"], Verdict.BLURRED)
    decide(asset.pk, "withheld")
    replace(asset, image_file())
    assert (decisions(asset), published(store)) == (["withheld"], Verdict.WITHHELD)


def test_a_file_that_comes_back_gets_what_was_decided_about_it(store: Store) -> None:
    asset = flagged(body=image_file())
    decide(asset.pk, "withheld")
    replace(asset, image_file(colour="navy"))
    assert published(store) is Verdict.SHOWN
    replace(asset, image_file())
    assert (decisions(asset), published(store)) == (["withheld"], Verdict.WITHHELD)


def test_a_file_that_comes_back_undecided_is_asked_about_again(store: Store) -> None:
    asset = flagged(body=image_file())
    make_asset("photos/copy.jpg", image_file())  # or what was seen in it would be forgotten
    replace(asset, image_file(colour="navy"))
    replace(asset, image_file())
    assert (decisions(asset), published(store)) == (["replaced", "open"], Verdict.BLURRED)


def test_a_copy_has_a_review_of_its_own_from_its_first_moment_and_inherits_no_decision(store: Store) -> None:
    first = flagged(body=image_file())
    decide(first.pk, "approved")
    versions = []
    copy = make_asset("photos/copy.jpg", image_file())
    versions.append(copy.version)
    assert (decisions(copy), published(store, copy.key)) == (["open"], Verdict.BLURRED)
    assert copy.version == Asset.objects.get(pk=copy.pk).version
    assert not Purge.objects.filter(subject=copy.key).exists(), "nobody has seen it clear"
    assert published(store) is Verdict.SHOWN


def test_an_image_whose_file_is_being_looked_at_is_not_forgotten(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy that was saved, but not published yet, when the worker recorded what it saw."""
    collection = Collection.objects.create(name="News", analysed=True)
    first = make_asset(body=image_file(), collection=collection)
    row = analysis_of(first)
    monkeypatch.setattr(looking, "images_with", lambda _: Asset.objects.filter(pk=first.pk))
    copy = None
    with transaction.atomic():
        copy = make_asset("photos/copy.jpg", image_file())
        looking.record(row, Seen(moderation=VIOLENCE))
        monkeypatch.undo()
    assert (decisions(copy), published(store, copy.key)) == (["open"], Verdict.BLURRED)


def test_reviews_go_with_their_image() -> None:
    asset = flagged()
    asset.delete()
    assert not Review.objects.exists()


def test_history_outlives_the_analysis_and_the_reviewer(mary: Any) -> None:
    asset = flagged()
    decide(asset.pk, "withheld", user_id=mary)
    Analysis.objects.all().delete()
    get_user_model().objects.all().delete()
    row = Review.objects.get()
    assert (row.analysis, row.decided_by, row.decision) == (None, None, "withheld")


def test_of_two_reviewers_the_second_learns_what_the_first_decided(store: Store, mary: Any, tom: Any) -> None:
    asset = flagged()
    seen = mark(asset, latest_review(asset))
    decide(asset.pk, "withheld", user_id=mary, seen=seen)
    with pytest.raises(OutdatedReview):
        decide(asset.pk, "approved", user_id=tom, seen=seen)
    assert (decisions(asset), published(store)) == (["withheld"], Verdict.WITHHELD)
    asset.refresh_from_db()
    decide(asset.pk, "approved", user_id=tom, seen=mark(asset, latest_review(asset)))
    assert (decisions(asset), published(store)) == (["withheld", "approved"], Verdict.SHOWN)


@pytest.mark.parametrize("change", ["file", "trash"])
def test_a_decision_about_what_the_image_no_longer_is_is_refused(store: Store, change: str) -> None:
    asset = flagged()
    seen = mark(asset, latest_review(asset))
    if change == "file":
        replace(asset, image_file(colour="navy"))
    else:
        move_to_trash(asset.pk)
    with pytest.raises(OutdatedReview):
        decide(asset.pk, "approved", seen=seen)
    assert "approved" not in decisions(asset)


def test_a_deleted_image_cannot_be_decided_about() -> None:
    asset = flagged()
    Asset.objects.get().delete()
    with pytest.raises(Asset.DoesNotExist):
        decide(asset.pk, "approved")


def test_what_is_no_decision_is_refused() -> None:
    asset = flagged()
    for decision in ("", "shown", "replaced"):
        with pytest.raises(ValueError, match="Use approved, blurred, withheld, trashed"):
            decide(asset.pk, decision)
    assert decisions(asset) == ["open"]


@pytest.mark.parametrize("decision", ["approved", "withheld", "trashed"])
def test_the_last_decision_can_be_undone(store: Store, mary: Any, decision: str) -> None:
    asset = flagged()
    review = decide(asset.pk, decision, user_id=mary, why="A slip.")
    undo(review.pk, user_id=mary)
    asset.refresh_from_db()
    assert (decisions(asset), published(store), asset.is_trashed) == (["open"], Verdict.BLURRED, False)
    row = Review.objects.get()
    assert (row.why, row.decided_by, row.decided_at, row.before) == ("", None, None, "")


def test_a_decision_by_hand_that_is_undone_leaves_no_review(store: Store, mary: Any) -> None:
    asset = make_asset()
    undo(decide(asset.pk, "withheld", user_id=mary).pk, user_id=mary)
    assert (decisions(asset), published(store)) == ([], Verdict.SHOWN)


def test_only_ones_own_last_decision_can_be_undone(mary: Any, tom: Any) -> None:
    asset = flagged()
    first = decide(asset.pk, "withheld", user_id=mary)
    with pytest.raises(CannotUndo, match="Only the person"):
        undo(first.pk, user_id=tom)
    decide(asset.pk, "approved", user_id=tom)
    with pytest.raises(CannotUndo, match="Something else was decided"):
        undo(first.pk, user_id=mary)
    with pytest.raises(Review.DoesNotExist):
        undo(4711, user_id=mary)


def test_a_decision_for_the_trash_cannot_be_undone_after_a_restore(mary: Any) -> None:
    asset = flagged()
    review = decide(asset.pk, "trashed", user_id=mary)
    restore(asset.pk, mary)
    assert decisions(asset) == ["trashed", "open"]
    with pytest.raises(CannotUndo):
        undo(review.pk, user_id=mary)


def test_a_review_that_is_open_cannot_be_undone(mary: Any) -> None:
    flagged()
    with pytest.raises(CannotUndo):
        undo(Review.objects.get().pk, user_id=mary)


def test_what_was_seen_of_faces_and_a_verdict_do_not_overwrite_each_other(store: Store) -> None:
    asset = make_asset()
    stale = Asset.objects.get()
    decide(asset.pk, "withheld")
    stale.faces = [[1, 2, 3, 4]]
    stale.save(update_fields=["faces"])
    assert published(store) is Verdict.WITHHELD
    stale.title = "Beach"
    stale.save()
    row = Asset.objects.get()
    assert (row.verdict, row.faces, row.title) == ("withheld", [[1, 2, 3, 4]], "Beach")


def test_very_many_labels_are_cut() -> None:
    asset = make_asset()
    record(asset, *(ModerationLabel(f"Weapon {number}", 90.0, "Violence") for number in range(1000)))
    assert len(Review.objects.get().labels) == 50
    assert reviews.latest_review(asset) == Review.objects.get()
