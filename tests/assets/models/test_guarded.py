"""What would bypass `save` is refused, with the call that does it right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from assets.models import Asset, Preset
from assets.models.guarded import BypassesSave
from tests.assets.images import make_asset
from tests.assets.purge_support import originals

pytestmark = pytest.mark.django_db(transaction=True)

_CALLS: dict[str, tuple[Callable[[], Any], str]] = {
    "update of a key": (lambda: Asset.objects.update(key="b.jpg"), "Asset.objects.update() would change key"),
    "update of a focal point": (
        lambda: Asset.objects.filter(key="a.jpg").update(title="x", focal_x=1, focal_y=2),
        "Asset.objects.update() would change focal_x, focal_y",
    ),
    "bulk_update of a focal point": (
        lambda: Asset.objects.bulk_update([Asset.objects.get()], ["focal_x"]),
        "would change focal_x",
    ),
    "bulk_create of images": (lambda: Asset.objects.bulk_create([Asset(key="b.jpg")]), "bulk_create() would create"),
    "update of a recipe": (lambda: Preset.objects.update(width=50), "Preset.objects.update() would change width"),
    "update of a name": (lambda: Preset.objects.update(name="b"), "would change name"),
    "bulk_update of a recipe": (
        lambda: Preset.objects.bulk_update([Preset.objects.get()], ["quality"]),
        "would change quality",
    ),
    "bulk_create of presets": (lambda: Preset.objects.bulk_create([Preset(name="b")]), "bulk_create() would create"),
}


@pytest.fixture(autouse=True)
def _rows() -> None:
    make_asset("a.jpg")
    Preset.objects.create(name="a", width=300)


@pytest.mark.parametrize("name", _CALLS)
def test_a_call_that_bypasses_save_is_refused(name: str) -> None:
    call, message = _CALLS[name]
    with pytest.raises(BypassesSave) as caught, transaction.atomic():
        call()
    assert message in str(caught.value)
    assert str(caught.value).endswith(("Call save() on each Asset instead.", "Call save() on each Preset instead."))
    assert (Asset.objects.get().key, Asset.objects.get().focal, Preset.objects.get().width) == ("a.jpg", None, 300)


def test_what_concerns_no_visitor_may_be_updated() -> None:
    assert Asset.objects.update(title="Beach", alt_text="A beach") == 1
    Asset.objects.bulk_update([Asset(pk=Asset.objects.get().pk, title="Sea")], ["title"])
    assert Asset.objects.get().title == "Sea"
    assert Preset.objects.update(updated_by=None) == 1


def test_update_or_create_saves() -> None:
    before = Preset.objects.get().revision
    Preset.objects.update_or_create(name="a", defaults={"width": 50})
    assert Preset.objects.get().revision > before


def test_a_copy_of_an_image_without_a_file_is_refused_and_the_message_is_the_way() -> None:
    copy, other = Asset.objects.get(), Asset.objects.get()
    copy.pk, copy._state.adding, copy.key = None, True, "b.jpg"
    with pytest.raises(ValidationError, match=r"ContentFile\(other.original.read\(\), other.original.name\)"):
        copy.save()
    assert Asset.objects.count() == 1
    copy.original = ContentFile(other.original.read(), other.original.name)
    copy.save()
    assert sorted(originals()) == ["originals/a.jpg", "originals/b.jpg"]
    assert Asset.objects.get(key="b.jpg").sha256 == other.sha256


def test_a_copy_of_a_preset_is_a_preset_of_its_own() -> None:
    copy = Preset.objects.get()
    before = copy.revision
    copy.pk, copy._state.adding, copy.name = None, True, "b"
    copy.save()
    assert copy.revision > before
    copy.pk, copy._state.adding = None, True
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save()
    assert Preset.objects.count() == 2
