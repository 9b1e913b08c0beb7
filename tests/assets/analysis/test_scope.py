"""The one rule of what may be looked at, and what editors are told where it forbids a look."""

from __future__ import annotations

from typing import Any

import pytest

from assets.analysis.scope import in_scope, why_not
from assets.models import Asset, Collection
from tests.assets.images import analysed_collection

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _images(settings: Any) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": "faces"}
    private = Collection.objects.create(name="Private")
    homes = {"open.jpg": analysed_collection(), "private.jpg": private, "loose.jpg": None}
    Asset._base_manager.bulk_create([Asset(key=key, original=key, collection=home) for key, home in homes.items()])


def test_only_images_of_analysed_collections_are_in_scope() -> None:
    assert [asset.key for asset in in_scope(Asset.objects.all())] == ["open.jpg"]


def test_without_an_analyser_nothing_is(settings: Any) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": ""}
    assert not in_scope(Asset.objects.all()).exists()


@pytest.mark.parametrize("analyser", ["faces", ""])
def test_a_reason_is_given_exactly_where_an_image_is_not_in_scope(settings: Any, analyser: str) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": analyser}
    allowed = {asset.key for asset in in_scope(Asset.objects.all())}
    assert {asset.key for asset in Asset.objects.all() if not why_not(asset)} == allowed


def test_the_reason_names_what_is_in_the_way(settings: Any) -> None:
    reasons = {asset.key: why_not(asset) for asset in Asset.objects.all()}
    assert reasons["private.jpg"] == "The images of the collection Private are not looked at."
    assert "is in no collection" in reasons["loose.jpg"]
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": ""}
    assert "No analyser is chosen" in why_not(Asset.objects.get(key="open.jpg"))
