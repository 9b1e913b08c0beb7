"""A purge of 20,000 images: few queries in the request, few calls to S3 and CloudFront. Run by
``test_on_postgresql.py``.
"""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assets import tasks
from assets.models import Asset, BulkPurge, BulkPurgeKey
from assets.storage import object_store
from infra.local.cloudfront import LocalCloudFront
from tests.assets.job_support import configure
from tests.machine import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.s3]

_VARIANTS = 2_500


@pytest.fixture
def calls(aws_clients: list[Any]) -> Counter[str]:
    """The calls to S3 and CloudFront, by their names in botocore's models."""
    counted: Counter[str] = Counter()

    def note(model: Any, **_: Any) -> None:
        counted[model.name] += 1

    for client in aws_clients:
        client.meta.events.register("before-call", note)
    return counted


def put_variants() -> None:
    store = object_store()
    names = [f"variants/{number % 50:05}.jpg/1f2e3d4c.00000000/w{number}.webp" for number in range(_VARIANTS)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda name: store.put(name, b"image", content_type="image/webp"), names))


def purge_in_the_admin(admin_client: Client, images: int) -> BulkPurge:
    """An editor chooses all images. Each of the two requests makes few queries, however many images there are."""
    keys = (f"{number:05}.jpg" for number in range(images))
    Asset._base_manager.bulk_create([Asset(key=key, original=key, version="1f2e3d4c") for key in keys], batch_size=2000)
    chosen = {"action": "purge_selected", "_selected_action": Asset.objects.earliest("pk").pk, "select_across": "1"}
    for answer, most in (({}, 15), ({"post": "yes"}, 20)):
        started = time.perf_counter()
        with CaptureQueriesContext(connection) as queries:
            admin_client.post("/admin/imagehub/asset/", {**chosen, **answer})
        print(f"{answer}: {time.perf_counter() - started:.2f} s, {len(queries)} queries")
        assert len(queries) <= most
    row = BulkPurge.objects.get()
    assert (row.total, BulkPurgeKey.objects.count()) == (images, images)
    return row


def work_off(row: BulkPurge, *, variants: int) -> None:
    images, started = row.total, time.perf_counter()
    wait_until(lambda: is_worked_off(row), lambda: row.__dict__, seconds=300)
    print(f"worked off in {time.perf_counter() - started:.1f} s")
    assert (row.state, row.done, row.variants_deleted) == (BulkPurge.State.DONE, images, variants)
    assert not BulkPurgeKey.objects.exists()


def test_twenty_thousand_images_are_one_short_request_and_seven_invalidations(
    admin_client: Client, calls: Counter[str], root: Path, settings: Any, local_cloudfront: LocalCloudFront
) -> None:
    """Their variants are in a directory: 20,000 lists of a bucket would tell no more than those of the next test."""
    configure(settings, root.as_uri(), local_cloudfront.url, local_cloudfront.distribution_id)
    put_variants()
    row = purge_in_the_admin(admin_client, 20_000)
    assert not calls, "a request asks neither storage nor CloudFront"
    work_off(row, variants=_VARIANTS)
    assert calls["CreateInvalidation"] == 7
    assert calls["CreateInvalidation"] + calls["GetInvalidation"] < 10
    assert not list(object_store().list("variants/"))


def test_the_images_of_a_bucket_take_a_list_each_and_a_few_deletions(admin_client: Client, calls: Counter[str]) -> None:
    images = 2_000  # four of the groups whose variants are deleted together
    put_variants()
    calls.clear()
    row = purge_in_the_admin(admin_client, images)
    assert not calls, "a request asks neither storage nor CloudFront"
    work_off(row, variants=_VARIANTS)
    assert calls["CreateInvalidation"] == 1
    assert calls["CreateInvalidation"] + calls["GetInvalidation"] < 4
    assert calls["DeleteObjects"] == 3
    assert calls["DeleteObject"] == 0
    assert calls["ListObjectsV2"] <= images + 10
    assert not list(object_store().list("variants/"))


def is_worked_off(row: BulkPurge) -> bool:
    tasks.run_bulk_purge(row.pk)
    time.sleep(1)  # the shortest delay of the message that follows
    tasks.follow_bulk_purge(row.pk)
    row.refresh_from_db()
    assert row.state != BulkPurge.State.FAILED, row.error
    return row.state == BulkPurge.State.DONE
