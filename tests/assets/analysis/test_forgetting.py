"""What was seen goes with the last image that has the file, and not before."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import transaction

from assets import tasks
from assets.analysis import forgetting, looking
from assets.analysis.analyser import analyser
from assets.analysis.seen import Seen
from assets.models import Analysis, Asset
from tests.assets.analysis.photographs import astronaut, coffee
from tests.assets.images import analysed_collection, image_file, make_asset
from tests.assets.job_support import Message

pytestmark = pytest.mark.django_db(transaction=True)

KEY = "photos/beach.jpg"


@pytest.fixture(autouse=True)
def _faces(settings: Any) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": "faces"}


def upload(key: str = KEY, *, body: bytes) -> Asset:
    return make_asset(key, body, collection=analysed_collection())


def seen(asset: Asset) -> Analysis:
    """The row of its file, as if an analyser had found no face."""
    row = Analysis.objects.get(sha256=asset.sha256)
    looking.record(row, Seen(models={"test": "1"}))
    return row


def replace(asset: Asset, body: bytes) -> None:
    asset.refresh_from_db()
    asset.original = ContentFile(body, name="x")
    asset.save()


def test_another_file_lets_the_old_one_be_forgotten(sent: list[Message]) -> None:
    asset = upload(body=image_file(colour="red"))
    old = seen(asset)
    replace(asset, image_file(colour="green"))
    assert not Analysis.objects.filter(pk=old.pk).exists()
    assert [row.sha256 for row in Analysis.objects.all()] == [asset.sha256]


def test_the_old_file_is_kept_where_another_image_has_it(sent: list[Message]) -> None:
    first, second = (upload(key, body=image_file(colour="red")) for key in (KEY, "copy.jpg"))
    row = seen(first)
    replace(first, image_file(colour="green"))
    assert Analysis.objects.filter(pk=row.pk).exists()
    second.delete()
    assert not Analysis.objects.filter(pk=row.pk).exists()


def test_a_change_that_keeps_the_file_forgets_nothing(sent: list[Message]) -> None:
    asset = upload(body=image_file(colour="red"))
    row = seen(asset)
    replace(asset, image_file(colour="red"))
    asset.title, asset.focal_x, asset.focal_y = "Beach", 1, 2
    asset.save()
    row.refresh_from_db()
    assert row.model_versions == {"test": "1"}


def test_a_replacement_that_is_rolled_back_forgets_nothing(sent: list[Message]) -> None:
    asset = upload(body=image_file(colour="red"))
    row = seen(asset)
    with transaction.atomic():
        replace(asset, image_file(colour="green"))
        transaction.set_rollback(True)
    assert Analysis.objects.filter(pk=row.pk).exists()


def test_a_file_that_is_replaced_while_a_worker_looks_ends_the_look(
    sent: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    asset = upload(body=astronaut())
    row = Analysis.objects.get()
    inner = analyser("faces")

    class Slow:
        def paid_calls(self, picture: Any) -> tuple[str, ...]:
            return inner.paid_calls(picture)

        def look(self, picture: Any, once: Any) -> Any:
            found = inner.look(picture, once)
            replace(Asset.objects.get(), coffee())
            return found

    monkeypatch.setattr(looking, "analyser", lambda _: Slow())
    tasks.run_analysis(row.pk)
    asset.refresh_from_db()
    assert asset.faces is None
    assert [each.sha256 for each in Analysis.objects.all()] == [asset.sha256]


def test_what_a_killed_process_left_is_found_by_the_sweep(sent: list[Message], monkeypatch: pytest.MonkeyPatch) -> None:
    kept = seen(upload(body=image_file(colour="red")))
    for number in range(5):
        Analysis.objects.create(sha256=str(number), analyser="faces", state="done")
    monkeypatch.setattr("random.randint", lambda _low, _high: 0)
    tasks.sweep()
    assert Analysis.objects.get() == kept


def test_the_sweep_looks_at_some_rows_and_at_others_the_next_time(
    sent: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "_LOOKED_AT", 2)
    for number in range(9):
        Analysis.objects.create(sha256=str(number), analyser="faces", state="done")
    assert forgetting.forget_orphans() in (1, 2)
    for _ in range(300):
        forgetting.forget_orphans()
    assert not Analysis.objects.exists()
    assert forgetting.forget_orphans() == 0
