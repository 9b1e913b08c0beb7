"""A purge of 20,000 images: few queries in the request, few calls to S3 and CloudFront. Run by
``test_on_postgresql.py``.
"""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assets import tasks
from assets.models import Asset, BulkPurge, BulkPurgeKey
from assets.storage import object_store
from tests.machine import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.s3]

_IMAGES, _VARIANTS = 20_000, 2_500


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


def test_twenty_thousand_images_are_one_short_request_and_a_few_calls(
    admin_client: Client, calls: Counter[str]
) -> None:
    put_variants()
    keys = (f"{number:05}.jpg" for number in range(_IMAGES))
    Asset._base_manager.bulk_create([Asset(key=key, original=key, version="1f2e3d4c") for key in keys], batch_size=2000)
    calls.clear()
    chosen = {"action": "purge_selected", "_selected_action": Asset.objects.earliest("pk").pk, "select_across": "1"}
    for answer, most in (({}, 15), ({"post": "yes"}, 20)):
        started = time.perf_counter()
        with CaptureQueriesContext(connection) as queries:
            admin_client.post("/admin/imagehub/asset/", {**chosen, **answer})
        print(f"{answer}: {time.perf_counter() - started:.2f} s, {len(queries)} queries")
        assert len(queries) <= most
    assert not calls, "a request asks neither storage nor CloudFront"
    row = BulkPurge.objects.get()
    assert (row.total, BulkPurgeKey.objects.count()) == (_IMAGES, _IMAGES)
    started = time.perf_counter()
    wait_until(lambda: is_worked_off(row), lambda: row.__dict__, seconds=300)
    print(f"worked off in {time.perf_counter() - started:.1f} s: {dict(calls)}")
    assert (row.state, row.done, row.variants_deleted) == (BulkPurge.State.DONE, _IMAGES, _VARIANTS)
    assert calls["CreateInvalidation"] == 7
    assert calls["CreateInvalidation"] + calls["GetInvalidation"] < 10
    assert calls["DeleteObjects"] == 3
    assert calls["DeleteObject"] == 0
    assert calls["ListObjectsV2"] <= _IMAGES + 10
    assert not list(object_store().list("variants/"))
    assert not BulkPurgeKey.objects.exists()


def is_worked_off(row: BulkPurge) -> bool:
    tasks.run_bulk_purge(row.pk)
    time.sleep(1)  # the shortest delay of the message that follows
    tasks.follow_bulk_purge(row.pk)
    row.refresh_from_db()
    assert row.state != BulkPurge.State.FAILED, row.error
    return row.state == BulkPurge.State.DONE
