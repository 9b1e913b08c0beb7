"""Keys in one Unicode form, and limits on sizes."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template

from assets.fields import KeyField, to_nfc, validate_key, validate_original, validate_side
from assets.links import img_url
from assets.models import Asset
from tests.assets.images import image_file, make_asset
from tests.assets.purge_support import originals

COMPOSED, DECOMPOSED = "caf\u00e9.jpg", "cafe\u0301.jpg"


def test_two_spellings_of_an_accent_are_one_key() -> None:
    assert to_nfc(DECOMPOSED) == to_nfc(COMPOSED) == COMPOSED
    assert KeyField().to_python(DECOMPOSED) == COMPOSED
    assert KeyField().to_python(None) is None


@pytest.mark.django_db
def test_a_lookup_finds_either_spelling() -> None:
    Asset._base_manager.bulk_create([Asset(key=DECOMPOSED, original="x")])
    assert Asset.objects.get(key=COMPOSED) == Asset.objects.get(key=DECOMPOSED)


def test_a_key_that_breaks_a_rule_is_refused_with_the_rule() -> None:
    validate_key("photos/beach.jpg")
    with pytest.raises(ValidationError, match="contains a backslash"):
        validate_key("a\\b.jpg")


def test_the_longest_side_is_the_policys() -> None:
    validate_side(4096)
    with pytest.raises(ValidationError, match=r"4097 is too large\. Use at most 4096 pixels\."):
        validate_side(4097)


def test_the_storage_of_originals_is_no_part_of_the_migrations() -> None:
    field = Asset._meta.get_field("original")
    assert "storage" not in field.deconstruct()[3]


@pytest.mark.django_db
def test_the_url_of_an_original_is_the_tag_s() -> None:
    asset = make_asset("photo.jpg")
    assert asset.original.url == img_url(asset)
    shown = Template("{% autoescape off %}{{ asset.original.url }}{% endautoescape %}").render(
        Context({"asset": asset})
    )
    assert shown == img_url(asset)


def test_before_the_first_save_it_is_empty() -> None:
    assert Template("[{{ asset.original.url }}]").render(Context({"asset": Asset()})) == "[]"
    assert Asset(key="a.jpg", original=ContentFile(b"x", "a.jpg")).original.url == ""


@pytest.mark.django_db(transaction=True)
def test_an_original_is_deleted_with_its_asset_alone() -> None:
    asset = make_asset("photo.jpg")
    asset.original.delete(save=False)
    with pytest.raises(TypeError, match="Delete the Asset"):
        asset.original.delete()
    assert originals() == ["originals/photo.jpg"]


def test_a_serializer_s_file_is_examined() -> None:
    validate_original(SimpleUploadedFile("a.jpg", image_file()))
    with pytest.raises(ValidationError):
        validate_original(SimpleUploadedFile("a.jpg", b"text"))
