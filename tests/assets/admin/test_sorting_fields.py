"""The fields by which an image is sorted."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from assets.admin.sorting_fields import MAX_TAGS, CollectionField, TagsField
from assets.models import Collection
from tests.assets.images import analysed_collection

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("", ""),
        (" , ,", ""),
        ("sea, Beach,  old   town", "Beach, old town, sea"),
        ("Beach, beach, BEACH", "Beach"),
        ("E\u0301te\u0301", "\u00c9t\u00e9"),
    ],
)
def test_names_are_read_in_any_order_and_each_once(typed: str, names: str) -> None:
    assert TagsField().clean(typed) == names


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("x" * 51, "too long"),
        ("a\u202eb", "cannot contain"),
        (", ".join(map(str, range(MAX_TAGS + 1))), "at most 50 tags"),
        ("x" * 5001, "at most 5000 characters"),
    ],
)
def test_what_is_no_list_of_tags_is_refused(typed: str, problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        TagsField().clean(typed)


def test_another_order_or_case_is_no_change() -> None:
    field = TagsField()
    assert not field.has_changed("Beach, sea", "SEA,beach")
    assert not field.has_changed(None, " ")
    assert field.has_changed("Beach", "Beach, sea")


def test_a_collection_says_that_its_images_are_looked_at(settings: Any) -> None:
    Collection.objects.create(name="Private")
    analysed_collection()
    choices: Any = CollectionField().choices
    assert [label for _, label in choices] == ["No collection", "Press", "Private"]
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": "faces"}
    assert [label for _, label in choices] == ["No collection", "Press (its images are looked at)", "Private"]
