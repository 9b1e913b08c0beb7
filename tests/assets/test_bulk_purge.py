"""Bulk purges: few calls, in time slices, and nothing is lost when a worker or a service fails."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assets import bulk_purge, tasks
from assets.bulk_purge import request_bulk_purge
from assets.invalidation import NO_CDN
from assets.jobs import progress
from assets.models import Asset, BulkPurge, BulkPurgeKey
from assets.storage import object_store
from edge.contract.cache_tags import asset_tag
from edge.contract.failure import failure_object_key
from edge.storage.objects.store import Store
from infra.local.cloudfront import LocalCloudFront
from tests.assets.job_support import Message, aws_error, configure, put_variants, serving
from tests.assets.purge_support import put_original
from tests.machine import wait_until

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("aws_credentials")]

State = BulkPurge.State


def add_images(*keys: str) -> None:
    Asset._base_manager.bulk_create([Asset(key=key, original=key, version="1f2e3d4c") for key in keys])


def run(row: BulkPurge) -> BulkPurge:
    """As a worker does that gets the purge's message."""
    tasks.run_bulk_purge(row.pk)
    row.refresh_from_db()
    return row


def finish(row: BulkPurge) -> BulkPurge:
    def is_done() -> bool:
        tasks.follow_bulk_purge(row.pk)
        row.refresh_from_db()
        return row.state == State.DONE

    wait_until(is_done, lambda: row.__dict__)
    return row


def test_the_variants_of_the_chosen_images_are_deleted_and_no_others(store: Store) -> None:
    add_images("a.jpg", "b/é +%.png", "c.jpg", "other.jpg")
    for key in ("a.jpg", "b/é +%.png", "other.jpg"):
        put_original(key)
        put_variants(store, key)
    row = run(request_bulk_purge(Asset.objects.exclude(key="other.jpg")))
    assert (row.state, row.total, row.done, row.variants_deleted) == (State.DONE, 3, 3, 6)
    assert row.invalidation_status == NO_CDN
    assert [name.split("/")[1] for name in store.list("variants/")] == ["other.jpg"] * 3
    assert len(list(store.list("originals/"))) == 3
    assert not BulkPurgeKey.objects.exists()


@pytest.mark.parametrize("chosen", [Asset.objects.none(), Asset.objects.filter(key="none.jpg")], ids=["none", "no row"])
def test_a_purge_of_nothing_is_done(root: Path, chosen: Any) -> None:
    row = run(request_bulk_purge(chosen))
    assert (row.state, row.total) == (State.DONE, 0)


def test_a_request_takes_the_same_few_queries_however_many_images_it_names() -> None:
    counts = []
    for number in (10, 500):
        add_images(*(f"{number}/{index}.jpg" for index in range(number)))
        with CaptureQueriesContext(connection) as queries:
            assert request_bulk_purge(Asset.objects.filter(key__startswith=f"{number}/")).total == number
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6


def test_a_choice_may_be_ordered_annotated_or_distinct() -> None:
    add_images("a.jpg", "b.jpg")
    chosen = Asset.objects.extra(select={"one": "1"}).distinct().order_by("-title", "key")
    assert request_bulk_purge(chosen).total == 2


@pytest.mark.django_db(transaction=True)
def test_cloudfront_is_called_once_for_all_tags_and_followed(cdn: LocalCloudFront, sent: list[Message]) -> None:
    keys = [f"bulk/{index}.jpg" for index in range(5)]
    add_images(*keys)
    put_variants(object_store(), keys[0])
    row = request_bulk_purge(Asset.objects.all())
    assert sent == [Message("assets.tasks.run_bulk_purge", (row.pk,), waits=False)]
    run(row)
    assert sent[1:] == [Message("assets.tasks.follow_bulk_purge", (row.pk,), waits=True)]
    assert (row.state, row.done, row.invalidation_status) == (State.RUNNING, 5, "InProgress")
    assert finish(row).invalidation_status == "Completed"


def test_more_images_than_cloudfront_takes_at_once_are_several_calls(
    root: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies: list[str] = []
    refusals = [aws_error(400, "TooManyInvalidationsInProgress"), None]

    def answer(handler: Any) -> Any:
        bodies.append(handler.body.decode())
        if len(bodies) > 1 and (refusal := refusals.pop(0) if refusals else None):
            return refusal
        created = f"<Invalidation><Id>I{len(bodies)}</Id><Status>InProgress</Status></Invalidation>"
        return 201, created.encode(), {"Content-Type": "text/xml"}

    monkeypatch.setattr(bulk_purge, "MAX_TAGS", 2)
    keys = [f"{index}.jpg" for index in range(5)]
    add_images(*keys)
    with serving(answer) as server:
        configure(settings, root.as_uri(), server.url, "EDIST")
        row = run(request_bulk_purge(Asset.objects.all()))
        assert (row.state, row.done) == (State.QUEUED, 4), "CloudFront takes no more for now"
        assert row.error == "CloudFront answered TooManyInvalidationsInProgress: No."
        run(row)
    assert (row.state, row.done, row.error, row.invalidation_id) == (State.RUNNING, 5, "", "I4")
    assert bodies[1] == bodies[2], "the repeated call is the same, so that CloudFront recognises it"
    assert all(f"#{asset_tag(key)}" in "".join(bodies) for key in keys)
    assert [body.count("<Path>") for body in bodies] == [2, 2, 2, 1]


def test_it_lets_others_run_in_between_and_continues_where_it_was(
    store: Store, sent: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [f"{index}.jpg" for index in range(3)]
    add_images(*keys)
    for key in keys:
        put_variants(store, key, 2)
    monkeypatch.setattr(progress, "SLICE_SECONDS", 0)
    monkeypatch.setattr(bulk_purge, "_GROUP", 1)
    row = request_bulk_purge(Asset.objects.all())
    seen = [(row.done, row.variants_deleted) for row in (run(row) for _ in range(3))]
    assert seen == [(1, 2), (2, 4), (3, 6)]
    assert sent == [Message("assets.tasks.run_bulk_purge", (row.pk,), waits=False)] * 3
    assert run(row).state == State.DONE
    assert list(store.list("variants/")) == []


def test_storage_that_is_unavailable_is_tried_again_later(root: Path, sent: list[Message]) -> None:
    add_images("a.jpg")
    shutil.rmtree(root)
    row = run(request_bulk_purge(Asset.objects.all()))
    assert (row.state, row.done) == (State.QUEUED, 0)
    assert "directory does not exist" in row.error
    assert sent == [Message("assets.tasks.run_bulk_purge", (row.pk,), waits=True)]
    root.mkdir()
    assert run(row).state == State.DONE


def test_a_purge_forgets_which_originals_could_not_be_rendered(store: Store) -> None:
    add_images("a.jpg", "gone.jpg")
    put_original("a.jpg")
    own = failure_object_key(store.head("originals/a.jpg").etag, "96c24d99")
    other = failure_object_key('"0123"', "96c24d99")
    for name in (own, other):
        store.put(name, b"{}", content_type="application/json")
    run(request_bulk_purge(Asset.objects.all()))
    assert list(store.list("failures/")) == [other]


def test_a_worker_that_is_killed_after_the_last_call_leaves_a_purge_that_is_followed(cdn: LocalCloudFront) -> None:
    add_images("bulk/killed.jpg")
    row = run(request_bulk_purge(Asset.objects.all()))
    BulkPurge.objects.update(state=State.QUEUED)
    first = row.invalidation_id
    assert run(row).invalidation_id == first
    assert finish(row).state == State.DONE
