"""`img_url`: which URL it returns, and that it needs no query and no call to storage."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.conf import LazySettings
from django.template import Context, Template
from django.utils.safestring import SafeString

from assets.image_options import ImageOptionError
from assets.links import img_url, template_tag
from assets.models import Asset, Preset
from edge.contract.recipe import make_recipe
from edge.contract.request import NoSigningKey
from edge.contract.signing import KeyRing
from tests.assets.conftest import change_policy
from tests.assets.link_support import Image, authorised

pytestmark = pytest.mark.usefixtures("cdn_test")


class _Photo(NamedTuple):
    key: str
    version: str


def test_a_width_on_the_ladder_gives_an_unsigned_url_with_the_version() -> None:
    assert img_url(Image(), 300) == "https://cdn.test/photos/beach.jpg?w=300&v=1f2e3d4c"


def test_an_asset_can_be_passed() -> None:
    asset = Asset(key="images/photo.png", version="00c0ffee")
    assert img_url(asset, 150, height=150) == "https://cdn.test/images/photo.png?w=150&h=150&v=00c0ffee"


def test_an_object_without_attributes_of_its_own_can_be_passed() -> None:
    """A named tuple has no ``__dict__``."""
    assert img_url(_Photo("photos/beach.jpg", "1f2e3d4c"), 300) == img_url(Image(), 300)


def test_without_a_size_the_url_is_that_of_the_full_image() -> None:
    assert img_url(Image()) == "https://cdn.test/photos/beach.jpg?v=1f2e3d4c"


def test_a_key_gives_a_url_without_a_version() -> None:
    assert img_url("image.png", 300) == "https://cdn.test/image.png?w=300"


@pytest.mark.parametrize("photo", [None, "", Asset(), Asset(key="a.jpg"), Image("", ""), SafeString("")])
def test_without_a_photo_the_url_is_empty(photo: Any) -> None:
    assert img_url(photo, 300) == ""


def test_both_unicode_forms_of_a_key_give_the_same_url() -> None:
    composed, decomposed = "caf\u00e9 & co.jpg", "cafe\u0301 & co.jpg"
    assert img_url(composed) == img_url(decomposed) == "https://cdn.test/caf%C3%A9%20%26%20co.jpg"


def test_a_size_off_the_ladder_is_signed_and_never_rounded(signing: KeyRing) -> None:
    url = img_url(Image(), 333, height=200, quality=60)
    assert url.startswith("https://cdn.test/photos/beach.jpg?w=333&h=200&q=60&v=1f2e3d4c&s=k1.")
    _, what = authorised(url, signing)
    assert what == make_recipe({"width": 333, "height": 200, "quality": 60})


def test_a_policy_can_require_a_signature_on_every_url(signing: KeyRing, policy_file: Path) -> None:
    change_policy(policy_file, signed="always")
    asked, _ = authorised(img_url(Image(), 300), signing)
    assert asked.signature is not None


def test_without_a_signing_key_the_error_lists_the_ladder_and_says_where_to_set_a_key(policy_file: Path) -> None:
    with pytest.raises(NoSigningKey, match=r"w333 needs a signature.* 150 200 300 .*\"secret\" in policy\.json"):
        img_url(Image(), 333)


def test_a_signing_key_that_cannot_be_read_breaks_only_urls_that_need_it(policy_file: Path, tmp_path: Path) -> None:
    change_policy(policy_file, secret=(tmp_path / "nowhere.json").as_uri())
    assert img_url(Image(), 300)
    with pytest.raises(NoSigningKey, match="cannot be read"):
        img_url(Image(), 301)


@pytest.mark.parametrize("photo", ["/images/photo.png", "notes.txt", "a/../b.jpg", Image("no-extension")])
def test_an_invalid_key_is_an_error_that_says_why(photo: Any) -> None:
    with pytest.raises(ImageOptionError, match="This is not a valid image key"):
        img_url(photo, 300)


def test_an_error_quotes_the_beginning_of_a_long_key() -> None:
    with pytest.raises(ImageOptionError, match=rf"^{'x' * 60}: "):
        img_url("x" * 61, 300)


def test_anything_but_an_asset_or_a_key_is_an_error() -> None:
    with pytest.raises(ImageOptionError, match="not int"):
        img_url(5, 300)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_no_url_needs_a_query_or_a_call_to_storage(signing: KeyRing, django_assert_num_queries: Any) -> None:
    Preset._base_manager.bulk_create([Preset(name="card", revision=3)])
    Asset._base_manager.bulk_create([Asset(key="photos/beach.jpg", version="1f2e3d4c", original="photos/beach.jpg")])
    asset = Asset.objects.get()
    img_url(asset, preset="card")
    asset.original.storage = _Forbidden()  # type: ignore[assignment]  # none at all
    with django_assert_num_queries(0):
        assert img_url(asset, 300)
        assert img_url(asset, 301, height=17, gravity="north")
        assert img_url(asset, preset="card")


class _Forbidden:
    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"the storage was asked for its {name}")


@pytest.mark.django_db
def test_storage_settings_are_not_read(settings: LazySettings, signing: KeyRing) -> None:
    settings.STORAGES = {"originals": {"BACKEND": "no.such.Backend"}}
    settings.IMAGEHUB = {"CDN_URL": "https://cdn.test", "STORE": "nonsense:"}
    assert img_url(Asset(key="photos/beach.jpg", version="1f2e3d4c", original="photos/beach.jpg"), 123)


@pytest.mark.parametrize("key", ["photos/beach.jpg", "a b.jpg", "it's.png"])
def test_a_template_tag_to_paste_names_the_key(key: str) -> None:
    source = "{% load imagehub %}{% autoescape off %}" + template_tag(key) + "{% endautoescape %}"
    assert Template(source).render(Context()) == img_url(key, 300)


@pytest.mark.parametrize("key", ['a".jpg', "{{x}}.jpg", "a%}.jpg"])
def test_a_key_that_a_template_cannot_quote_becomes_a_variable(key: str) -> None:
    assert template_tag(key) == "{% img_url photo 300 %}"
