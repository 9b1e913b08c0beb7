"""The app beside a replica that lags. Run by ``test_project_settings.py`` with the settings in ``replica.py``."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import pytest
from django.core.files.base import ContentFile
from django.db import connections, models, transaction
from django.db.models import F

from assets import manifest, preset_revisions, tasks
from assets.jobs.lifecycle import requeue_failed
from assets.links import img_url
from assets.models import Asset, ManifestState, Preset, Purge, Warming
from assets.purge import request_purge
from assets.warming import request_warming
from edge.contract.manifest import FALLBACK_PREFIX, OBJECT_KEY, Manifest
from edge.contract.original import OriginalFacts
from edge.storage.objects.store import Store
from tests.assets.images import image_file, make_asset
from tests.assets.job_support import Message, configure, put_variants, serving
from tests.assets.publication_support import facts_of

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "replica"])

M = TypeVar("M", bound=models.Model)
State = Purge.State


def rows(model: type[M]) -> models.QuerySet[M]:
    """The rows that were written."""
    return model._default_manager.using("default")


@pytest.fixture(autouse=True)
def _replica_stays_empty() -> Any:
    yield
    for model in (Asset, ManifestState, Preset, Purge, Warming):
        assert not model._default_manager.using("replica").exists()


def replace(asset: Asset) -> None:
    asset.original = ContentFile(image_file(colour="red"), name="x")
    asset.save()


def test_an_asset_is_saved_replaced_and_deleted(store: Store, sent: list[Message]) -> None:
    asset = make_asset("photo.jpg")
    first = asset.version
    replace(asset)
    assert rows(Asset).get().version == asset.version != first
    assert OriginalFacts.read(store.head("originals/photo.jpg").metadata) == facts_of(asset)
    rows(Asset).get().delete()
    assert [row.action for row in rows(Purge).order_by("pk")] == ["delete_variants", "delete_original"]
    assert [message.task for message in sent] == ["assets.tasks.run_purge"] * 2


def test_a_key_cannot_change_though_the_replica_does_not_know_it() -> None:
    asset = make_asset("photo.jpg")
    asset.key = "other.jpg"
    with pytest.raises(Exception, match="key cannot change"):
        asset.save()


def test_a_purge_runs_from_its_message_to_its_end(store: Store) -> None:
    put_variants(store, "photo.jpg")
    row = request_purge("photo.jpg", reason="requested", action="delete_variants")
    tasks.run_purge(row.pk)
    assert rows(Purge).get().state == State.DONE
    assert not list(store.list("variants/"))


def test_a_deletion_sees_that_the_key_is_used_again(store: Store) -> None:
    make_asset("photo.jpg").delete()
    make_asset("photo.jpg")
    tasks.run_purge(rows(Purge).get().pk)
    assert list(store.list("originals/")) == ["originals/photo.jpg"]


def test_an_invalidation_is_followed() -> None:
    row = rows(Purge).create(subject="photo.jpg", state=State.RUNNING, invalidation_id="I1")
    tasks.follow_invalidation(row.pk)
    assert rows(Purge).get().state != State.RUNNING, "it was found, and failed for want of a CloudFront"


def test_the_sweep_and_an_editor_find_jobs(sent: list[Message]) -> None:
    rows(Purge).create(subject="a.jpg", state=State.RUNNING)
    rows(Purge).update(saved_seconds=F("saved_seconds") - 300)
    tasks.sweep()
    assert rows(Purge).get().state == State.QUEUED
    rows(Purge).update(state=State.FAILED)
    assert requeue_failed(rows(Purge).get())
    assert [message.task for message in sent] == ["assets.tasks.run_purge"] * 2


def test_presets_are_published_and_templates_know_them_at_once(store: Store) -> None:
    preset = Preset(name="card", width=300)
    preset.save()
    preset.width = 400
    preset.save()
    found = Manifest.parse(store.get(OBJECT_KEY).body).presets["card"]
    assert (found.revision, found.recipe.width) == (preset.revision, 400)
    preset_revisions.clear()
    assert img_url("photo.jpg", preset="card").endswith(f"?p=card.{preset.revision}")
    preset.delete()
    assert not Manifest.parse(store.get(OBJECT_KEY).body).presets
    assert not ManifestState.current().is_pending


def test_the_fallback_image_follows_its_original(store: Store) -> None:
    asset = make_asset("photo.jpg")
    ManifestState.choose_fallback("photo.jpg")
    before = list(store.list(FALLBACK_PREFIX))
    replace(asset)
    after = list(store.list(FALLBACK_PREFIX))
    assert len(before) == len(after) == 1
    assert before != after
    assert not manifest.publish()


def test_a_warming_requests_what_has_just_been_saved(root: Path, settings: Any) -> None:
    with serving(lambda _: (200, b"image", {})) as server:
        configure(settings, root.as_uri(), server.url)
        Preset(name="card", width=300).save()
        row = request_warming([make_asset("photo.jpg")])
        tasks.run_warming(row.pk)
    assert (rows(Warming).get().state, len(server.asked)) == (Warming.State.DONE, 3)


def test_a_rollback_of_the_primary_database_takes_everything_back(sent: list[Message], store: Store) -> None:
    preset = Preset(name="card", width=300)
    preset.save()
    with transaction.atomic(using="default"):
        preset.width = 400
        preset.save()
        assert connections["default"].run_on_commit
        assert not connections["replica"].run_on_commit
        transaction.set_rollback(True, using="default")
    assert rows(Preset).get().width == 300
    assert not rows(Purge).exists()
    assert sent == []
    assert Manifest.parse(store.get(OBJECT_KEY).body).presets["card"].recipe.width == 300
