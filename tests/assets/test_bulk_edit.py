"""Many images moved to a collection, or tagged, at once."""

from __future__ import annotations

from typing import Any

import pytest

from assets.bulk_edit import add_tag, move
from assets.models import Analysis, Asset, Collection, Tag
from tests.assets.images import analysed_collection
from tests.assets.job_support import Message

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _images(settings: Any) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": "faces"}
    rows = [Asset(key=f"{number}.jpg", original="x", sha256=f"{number:064}") for number in range(2500)]
    Asset._base_manager.bulk_create(rows)


def test_images_are_moved_and_those_of_an_analysed_collection_looked_at(sent: list[Message], admin_user: Any) -> None:
    press, before = analysed_collection(), Asset.objects.latest("updated_at").updated_at
    assert move(Asset.objects.filter(collection=None), press, user_id=admin_user.pk) == 2500
    assert Asset.objects.filter(collection=press, updated_by=admin_user, updated_at__gt=before).count() == 2500
    assert (Analysis.objects.filter(state="queued").count(), len(sent)) == (2500, 1000)
    assert move(Asset.objects.all(), press) == 0
    assert move(Asset.objects.all(), None) == 2500
    assert not Asset.objects.exclude(collection=None).exists()


def test_a_move_to_another_collection_asks_nobody_to_look(sent: list[Message]) -> None:
    assert (
        move(Asset.objects.filter(key__in=["1.jpg", "2.jpg", "3.jpg"]), Collection.objects.create(name="Private")) == 3
    )
    assert not Analysis.objects.exists()


def test_a_tag_is_given_to_those_that_do_not_have_it() -> None:
    tag = Tag.obtain("Beach")
    Asset.objects.get(key="0.jpg").tags.add(tag)
    assert add_tag(Asset.objects.all(), tag) == 2499
    assert add_tag(Asset.objects.filter(tags=tag), tag) == 0
    assert tag.assets.count() == 2500
