"""Tags are found or made by their names."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from assets.models import Tag
from assets.models.rows import primary
from tests.assets.images import make_asset

pytestmark = pytest.mark.django_db


def test_a_tag_is_made_once_whatever_its_case() -> None:
    first = Tag.obtain("Beach")
    assert Tag.obtain(" beach").pk == first.pk
    assert Tag.known(["BEACH", "coast"]) == {"beach": first}


def test_a_tag_that_another_request_makes_first_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    other = Tag.objects.create(name="Beach")
    found = iter([Tag.objects.none(), primary(Tag)])
    monkeypatch.setattr("assets.models.tag.primary", lambda *_: next(found))
    assert Tag.obtain("beach").pk == other.pk


def test_a_tag_has_no_comma() -> None:
    with pytest.raises(ValidationError, match="cannot contain “,”"):
        Tag.obtain("sea, sand")


def test_deleting_a_tag_leaves_its_images() -> None:
    asset = make_asset()
    asset.tags.add(Tag.obtain("Beach"))
    Tag.objects.get().delete()
    assert not asset.tags.exists()
