"""Names that differ in case, spaces or the spelling of an accent are one name, on every database."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from assets.models import Collection, Tag
from assets.models.guarded import BypassesSave
from assets.models.named import MAX_NAME, NamedRow, fold, tidy

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Beach", "bEACH"),
        ("Stra\u00dfe", "STRASSE"),
        ("\u00c9t\u00e9", "e\u0301te\u0301"),
        ("two  words ", " Two words"),
    ],
)
@pytest.mark.parametrize("model", [Collection, Tag])
def test_a_second_spelling_is_the_same_name(model: type[NamedRow], one: str, other: str) -> None:
    model.objects.create(name=one)
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.create(name=other)
    with pytest.raises(ValidationError, match="already"):
        model(name=other).full_clean()


@pytest.mark.parametrize(("one", "other"), [("resume", "r\u00e9sum\u00e9"), ("A", "\u00c4")])
def test_an_accent_makes_another_name(one: str, other: str) -> None:
    for name in (one, other):
        Tag.objects.create(name=name)
    assert Tag.objects.count() == 2


def test_a_name_is_kept_as_it_was_typed_but_for_spaces_and_composed_accents() -> None:
    Tag.objects.create(name="  Old\tE\u0301toile ")
    assert Tag.objects.get().name == "Old \u00c9toile"
    assert tidy("a\u00a0\u3000b") == "a b"


def test_a_row_can_be_renamed_and_its_old_name_used_again() -> None:
    row = Tag.objects.create(name="Beach")
    row.name = "BEACH"
    row.full_clean()
    row.name = "Coast"
    row.save(update_fields=["name"])
    Tag.objects.create(name="beach")
    assert sorted(Tag.objects.values_list("folded", flat=True)) == ["beach", "coast"]


@pytest.mark.parametrize("name", ["", " \u2003 ", "a\x00b", "a\u202eb", "x" * (MAX_NAME + 1), "\ud800"])
@pytest.mark.parametrize("model", [Collection, Tag])
def test_what_is_no_name_is_refused(model: type[NamedRow], name: str) -> None:
    with pytest.raises(ValidationError):
        model(name=name).full_clean()
    with pytest.raises(ValidationError):
        model(name=name).save()


def test_fifty_characters_that_grow_when_folded_fit() -> None:
    name = "\u0390" * MAX_NAME
    Tag.objects.create(name=name)
    assert len("\u0390".casefold()) == 3
    assert Tag.objects.filter(folded=fold(name)).exists()


def test_emoji_and_joined_scripts_are_names() -> None:
    for name in ("\U0001f469\u200d\U0001f4bb", "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"):
        assert Tag.objects.create(name=name).name == name


def test_an_update_that_would_leave_the_folded_name_behind_is_refused() -> None:
    Tag.objects.create(name="a")
    with pytest.raises(BypassesSave, match="without checking its name"):
        Tag.objects.update(name="b")
