"""The Celery tasks: safe to send twice, or for a job that is gone."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db.models import F

from assets import tasks
from assets.jobs import lifecycle
from assets.models import Asset, ManifestState, Preset, Purge
from edge.contract.manifest import OBJECT_KEY, Manifest
from edge.storage.objects.store import Store
from tests.assets.images import image_file, make_asset
from tests.assets.job_support import Message, put_variants

State = Purge.State


@pytest.mark.django_db
def test_messages_for_jobs_that_are_gone_do_nothing(sent: list[Message]) -> None:
    tasks_of_jobs = (tasks.run_purge, tasks.follow_invalidation, tasks.run_bulk_purge, tasks.follow_bulk_purge)
    for task in (*tasks_of_jobs, tasks.run_warming, tasks.publish_original):
        task(4711)
    assert sent == []


@pytest.mark.django_db
def test_a_job_that_kills_its_worker_each_time_is_given_up(sent: list[Message]) -> None:
    row = Purge.objects.create(subject="a.jpg", state=State.RUNNING, attempts=lifecycle.MAX_ATTEMPTS)
    Purge.objects.update(saved_seconds=F("saved_seconds") - 61)
    tasks.sweep()
    tasks.run_purge(row.pk)
    row.refresh_from_db()
    assert row.state == State.FAILED


@pytest.mark.django_db(transaction=True)
def test_the_sweep_publishes_what_could_not_be_published(root: Path, store: Store, sent: list[Message]) -> None:
    elsewhere = root.with_name("elsewhere")
    root.rename(elsewhere)
    Preset(name="card", width=300).save()
    assert sent == [Message("assets.tasks.publish_manifest", (), waits=True)]
    elsewhere.rename(root)
    tasks.sweep()
    assert not ManifestState.current().is_pending
    assert "card" in Manifest.parse(store.get(OBJECT_KEY).body).presets


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("loss", ["deleted", "damaged", "an earlier one"])
def test_the_sweep_writes_a_lost_manifest_again(store: Store, loss: str) -> None:
    Preset(name="first", width=300).save()
    earlier = store.get(OBJECT_KEY).body
    Preset(name="card", width=300).save()
    if loss == "deleted":
        store.delete(OBJECT_KEY)
    else:
        body = earlier if loss == "an earlier one" else b"<html>"
        store.put(OBJECT_KEY, body, content_type="application/json")
    tasks.sweep()
    assert sorted(Manifest.parse(store.get(OBJECT_KEY).body).presets) == ["card", "first"]
    written = store.head(OBJECT_KEY).last_modified
    tasks.sweep()
    assert store.head(OBJECT_KEY).last_modified == written


@pytest.mark.django_db(transaction=True)
def test_sweeps_during_an_outage_of_storage_leave_no_tasks_behind(root: Path, sent: list[Message]) -> None:
    Preset(name="card", width=300).save()
    root.rename(root.with_name("elsewhere"))
    for _ in range(3):
        tasks.sweep()
    assert sent == []


@pytest.mark.django_db
def test_a_manifest_that_was_never_published_is_not_lost(store: Store) -> None:
    tasks.sweep()
    assert list(store.list("")) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("eager")
def test_eager_tasks_run_in_the_process_that_saves(store: Store, sent: list[Message]) -> None:
    asset = make_asset("photo.jpg")
    put_variants(store, "photo.jpg")
    asset.original = ContentFile(image_file(colour="red"), name="x")
    asset.save()
    assert Purge.objects.get().state == State.DONE
    assert not list(store.list("variants/"))
    Asset.objects.all().delete()
    assert not list(store.list("originals/"))
    assert sent == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("eager")
def test_an_eager_task_that_must_wait_is_left_to_the_sweep(root: Path, store: Store, sent: list[Message]) -> None:
    elsewhere = root.with_name("elsewhere")
    root.rename(elsewhere)
    Preset(name="card", width=300).save()
    assert ManifestState.current().is_pending
    row = Purge.objects.create(subject="photo.jpg")
    tasks.run_purge.delay(row.pk)
    row.refresh_from_db()
    assert (row.state, row.attempts) == (State.QUEUED, 1)
    elsewhere.rename(root)
    Purge.objects.update(saved_seconds=F("saved_seconds") - 300)
    tasks.sweep.delay()
    row.refresh_from_db()
    assert row.state == State.DONE
    assert not ManifestState.current().is_pending
    assert sent == []
