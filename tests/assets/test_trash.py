"""The trash: out of sight at once, restorable, emptied in time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db.models import ProtectedError
from django.db.models.signals import pre_delete
from django.utils import timezone

from assets import manifest, tasks, trash
from assets.analysis import bulk_look
from assets.links import img_url
from assets.models import KEPT, VISIBLE, Analysis, Asset, Collection, ManifestState, Preset, Purge
from assets.reviews import decide
from assets.trash import empty, move_to_trash, restore
from assets.warming import request_warming
from assets.warming_list import of_presets
from edge.contract.original import Verdict
from edge.storage.objects.store import Store
from tests.assets.images import image_file, make_asset
from tests.assets.job_support import Message
from tests.assets.publication_support import facts
from tests.assets.review_support import decisions, flagged, turn_on
from tests.assets.test_fallback import published as fallback
from tests.assets.test_fallback import shown

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sent")]


def published(store: Store) -> Verdict:
    found = facts(store)
    assert found is not None
    return found.verdict


def age(asset: Asset, days: float) -> None:
    Asset._base_manager.filter(pk=asset.pk).update(trashed_at=timezone.now() - timedelta(days=days))


def test_visitors_see_nothing_of_an_image_in_the_trash_and_everything_after_its_return(store: Store) -> None:
    user = get_user_model().objects.create_user("mary")
    asset = make_asset()
    before = asset.version
    assert move_to_trash(asset.pk, user.pk)
    asset.refresh_from_db()
    assert (published(store), asset.is_trashed, asset.trashed_by) == (Verdict.WITHHELD, True, user)
    assert asset.version != before
    assert restore(asset.pk, user.pk)
    asset.refresh_from_db()
    assert (published(store), asset.is_trashed, asset.trashed_by) == (Verdict.SHOWN, False, None)
    assert asset.version == before
    assert Purge.objects.filter(subject=asset.key).exists()


def test_doing_it_twice_changes_nothing() -> None:
    asset = make_asset()
    assert not restore(asset.pk)
    assert move_to_trash(asset.pk)
    at = Asset.objects.get().trashed_at
    assert not move_to_trash(asset.pk)
    assert Asset.objects.get().trashed_at == at
    assert restore(asset.pk)
    assert not restore(asset.pk)


def test_an_older_instance_does_not_bring_it_back(store: Store) -> None:
    asset = make_asset()
    stale = Asset.objects.get()
    move_to_trash(asset.pk)
    stale.title = "Beach"
    stale.save()
    assert Asset.objects.get().is_trashed
    assert published(store) is Verdict.WITHHELD
    with pytest.raises(TypeError, match="trashed_at"):
        Asset.objects.update(trashed_at=None)


def test_a_verdict_outlives_the_trash(store: Store) -> None:
    asset = make_asset()
    decide(asset.pk, "blurred")
    move_to_trash(asset.pk)
    restore(asset.pk)
    assert published(store) is Verdict.BLURRED


def test_what_a_reviewer_moved_to_the_trash_is_reviewed_again_when_it_comes_back(settings: Any, store: Store) -> None:
    turn_on(settings)
    asset = flagged()
    decide(asset.pk, "trashed")
    restore(asset.pk)
    assert decisions(asset) == ["trashed", "open"]
    assert published(store) is Verdict.BLURRED


def test_an_image_that_waits_for_a_review_still_does_when_it_comes_back(settings: Any) -> None:
    turn_on(settings)
    asset = flagged()
    move_to_trash(asset.pk)
    restore(asset.pk)
    assert decisions(asset) == ["open"]


def test_the_trash_is_emptied_after_the_days_of_the_setting(settings: Any, store: Store) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "TRASH_DAYS": "7"}
    old, young, kept = (make_asset(f"{name}.jpg") for name in ("old", "young", "kept"))
    for asset, days in ((old, 7.1), (young, 6.9)):
        move_to_trash(asset.pk)
        age(asset, days)
    tasks.sweep()
    assert set(Asset.objects.values_list("key", flat=True)) == {young.key, kept.key}
    for purge in Purge.objects.filter(subject=old.key):
        tasks.run_purge(purge.pk)
    assert sorted(store.list("originals/")) == ["originals/kept.jpg", "originals/young.jpg"]


def test_at_most_so_many_are_deleted_the_oldest_first() -> None:
    for number in range(4):
        asset = make_asset(f"{number}.jpg")
        move_to_trash(asset.pk)
        age(asset, 40 + number)
    assert empty(3) == (3, 0)
    assert Asset.objects.get().key == "0.jpg"
    assert empty() == (1, 0)
    assert empty() == (0, 0)


def test_a_protected_image_stays_and_keeps_no_other(caplog: pytest.LogCaptureFixture) -> None:
    protected, other = make_asset("protected.jpg"), make_asset("other.jpg")
    for asset in (protected, other):
        move_to_trash(asset.pk)
        age(asset, 31)

    def protect(instance: Asset, **_: Any) -> None:
        if instance.key == protected.key:
            raise ProtectedError("A page needs it.", {instance})

    pre_delete.connect(protect, sender=Asset)
    try:
        assert empty() == (1, 1)
    finally:
        pre_delete.disconnect(protect, sender=Asset)
    assert Asset.objects.get() == protected
    assert "protected.jpg stays in the trash: A page needs it." in caplog.text


def test_an_image_that_was_restored_meanwhile_is_not_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    asset = make_asset()
    move_to_trash(asset.pk)
    age(asset, 31)
    due = trash.due

    def restored_after_a_look() -> Any:
        rows = due()
        found = list(rows)
        if found:
            restore(asset.pk)
        return rows if not found else _Read(found)

    class _Read:
        def __init__(self, found: list[Asset]) -> None:
            self.found = found

        def values_list(self, *_: Any, **__: Any) -> Any:
            return [row.pk for row in self.found]

    monkeypatch.setattr(trash, "due", restored_after_a_look)
    assert empty() == (0, 0)
    assert Asset.objects.exists()


def test_tags_give_a_url_as_ever() -> None:
    """No exception and no query on a visitor's page: what the URL shows is the edge's answer."""
    asset = make_asset()
    move_to_trash(asset.pk)
    asset.refresh_from_db()
    assert img_url(asset, 300) == f"https://cdn.example/{asset.key}?w=300&v={asset.version}"
    assert asset.original.url


def test_what_visitors_do_not_see_is_not_warmed_and_not_looked_at(settings: Any, sent: list[Message]) -> None:
    turn_on(settings)
    news = Collection.objects.create(name="News", analysed=True)
    seen, withheld, trashed = (
        make_asset(f"{name}.jpg", image_file(colour=name), collection=news) for name in ("red", "green", "blue")
    )
    decide(withheld.pk, "withheld")
    move_to_trash(trashed.pk)
    preset = Preset.objects.create(name="card", width=300)
    assert {request.variant.key for request in of_presets(None, [preset])} == {seen.key}
    warming = request_warming(Asset.objects.all())
    assert warming.keys == ["red.jpg"]
    assert list(Asset.objects.filter(VISIBLE)) == [seen]
    assert set(Asset.objects.filter(KEPT)) == {seen, withheld}
    assert [asset.is_visible for asset in Asset.objects.order_by("pk")] == [True, False, False]
    Analysis.objects.all().delete()
    assert set(bulk_look.plan().new) == {seen.sha256, withheld.sha256}


def test_the_fallback_image_is_what_visitors_may_see_of_it(store: Store) -> None:
    asset = make_asset()
    ManifestState.choose_fallback(asset.key)
    clear = shown(store)
    decide(asset.pk, "blurred")
    assert fallback(store) is not None
    assert shown(store).tobytes() != clear.tobytes()
    move_to_trash(asset.pk)
    assert fallback(store) is None
    restore(asset.pk)
    decide(asset.pk, "approved")
    assert shown(store).tobytes() == clear.tobytes()
    assert manifest.read().manifest.fallback is not None
