"""Collections, and what becomes of their images."""

from __future__ import annotations

import pytest

from assets.models import Asset, Collection
from tests.assets.images import make_asset

pytestmark = pytest.mark.django_db


def test_a_new_collection_is_not_analysed() -> None:
    assert not Collection.objects.create(name="Press").analysed
    assert str(Collection.objects.get()) == "Press"


def test_images_stay_without_their_collection() -> None:
    collection = Collection.objects.create(name="Press, and more")
    make_asset(collection=collection)
    collection.delete()
    assert Asset.objects.get().collection is None
