"""`img_url`: which URL it returns, and that it needs no query and no call to storage."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import LazySettings
from django.template import Context, Template
from django.utils.safestring import SafeString
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets import links, preset_revisions
from assets.image_options import ImageOptionError
from assets.links import img_url, template_tag
from assets.models import Asset, Preset
from edge.contract import policy, request
from edge.contract.keys import EXTENSIONS
from edge.contract.negotiation import FORMATS
from edge.contract.recipe import PresetRef, RecipeOrPreset, make_recipe
from edge.contract.request import NoSigningKey
from edge.contract.signing import KeyRing
from edge.contract.url import parse_url
from edge.contract.values import FITS, GRAVITIES
from tests.assets.conftest import change_policy

NOW = 2_000_000_000


@dataclass(frozen=True)
class Image:
    key: str = "photos/beach.jpg"
    version: str = "1f2e3d4c"


@pytest.fixture(autouse=True)
def _cdn(settings: LazySettings) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "CDN_URL": "https://cdn.test/"}


def authorised(url: str, ring: KeyRing) -> tuple[request.ImageRequest, RecipeOrPreset]:
    """What the edge makes of ``url``."""
    parts = urlsplit(url)
    asked = parse_url(parts.path, parts.query, policy.load_policy())
    return asked, asked.authorise(policy.load_policy(), ring.find, NOW)


def test_a_width_on_the_ladder_gives_an_unsigned_url_with_the_version() -> None:
    assert img_url(Image(), 300) == "https://cdn.test/photos/beach.jpg?w=300&v=1f2e3d4c"


def test_an_asset_can_be_passed() -> None:
    asset = Asset(key="images/photo.png", version="00c0ffee")
    assert img_url(asset, 150, height=150) == "https://cdn.test/images/photo.png?w=150&h=150&v=00c0ffee"


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


@pytest.mark.django_db
class TestAPresetThatAnEditorDeleted:
    def test_its_last_recipe_is_shown_and_logged_once(
        self, caplog: pytest.LogCaptureFixture, django_assert_num_queries: Any
    ) -> None:
        links._log_once.cache_clear()
        preset = Preset.objects.create(name="card", width=300, height=300, fit="inside")
        assert img_url(Image(), preset="card")
        preset.delete()
        urls = {img_url(Image(), preset="card", format="webp")}
        with django_assert_num_queries(0):
            urls |= {img_url(Image(), preset="card", format="webp") for _ in range(100)}
        assert urls == {"https://cdn.test/photos/beach.jpg?w=300&h=300&fit=inside&f=webp&v=1f2e3d4c"}
        assert [record.message for record in caplog.records] == [
            "The preset card does not exist. There are no presets yet. "
            "Its last known recipe is shown, or the full image."
        ]

    def test_a_process_that_never_saw_it_shows_the_same(self) -> None:
        Preset.objects.create(name="card", width=300).delete()
        preset_revisions.clear()
        assert img_url(Image(), preset="card") == img_url(Image(), 300)

    def test_a_size_off_the_ladder_is_signed(self, signing: KeyRing) -> None:
        Preset.objects.create(name="card", width=333, height=111).delete()
        assert img_url(Image(), preset="card") == img_url(Image(), 333, height=111)

    def test_without_a_signing_key_it_is_the_next_size_of_the_ladder(self) -> None:
        Preset.objects.create(name="card", width=333).delete()
        assert img_url(Image(), preset="card") == img_url(Image(), 400)

    def test_what_only_a_signature_allows_becomes_the_full_image(self) -> None:
        Preset.objects.create(name="card", width=300, quality=60).delete()
        assert img_url(Image(), preset="card") == img_url(Image())

    def test_a_name_that_never_was_is_the_full_image(self) -> None:
        for name in ("crad", "Card", "x\x00", "a" * 500):
            assert img_url(Image(), preset=name) == img_url(Image())

    def test_a_developer_sees_an_error(self, settings: LazySettings) -> None:
        settings.DEBUG = True
        with pytest.raises(ImageOptionError, match="The preset crad does not exist"):
            img_url(Image(), preset="crad")

    def test_one_that_is_created_again_is_itself(self) -> None:
        Preset.objects.create(name="card", width=333).delete()
        assert img_url(Image(), preset="card")
        again = Preset.objects.create(name="card", width=50)
        assert f"p=card.{again.revision}" in img_url(Image(), preset="card")

    def test_an_archived_one_is_itself(self) -> None:
        preset = Preset.objects.create(name="card", width=300)
        url = img_url(Image(), preset="card")
        preset.set_archived(True)
        assert img_url(Image(), preset="card") == url


@pytest.mark.django_db
class TestAPageThatLoadsFewFields:
    @pytest.fixture(autouse=True)
    def _rows(self) -> None:
        Asset._base_manager.bulk_create(
            [Asset(key=f"{number}.jpg", version="1f2e3d4c", original="x") for number in range(3)]
        )

    @pytest.mark.parametrize(
        "rows",
        [
            lambda: Asset.objects.only("title"),
            lambda: Asset.objects.only("title").only("alt_text"),
            lambda: Asset.objects.defer("key", "version", "title"),
            lambda: Asset.objects.defer("version").defer(None),
        ],
        ids=["only", "only twice", "defer", "defer none"],
    )
    def test_its_images_have_what_the_tag_reads(self, rows: Any, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(1):
            urls = [img_url(asset, 300) for asset in rows()]
        assert all(url.endswith("?w=300&v=1f2e3d4c") for url in urls)
        assert len(urls) == 3

    def test_a_version_left_out_by_a_page_s_own_query_costs_none(
        self, django_assert_num_queries: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        links._log_once.cache_clear()
        with django_assert_num_queries(1):
            urls = [img_url(asset, 300) for asset in Asset._base_manager.only("key")]
        assert sorted(urls) == [f"https://cdn.test/{number}.jpg?w=300" for number in range(3)]
        assert [record.message for record in caplog.records] == [
            "only() or defer() leaves out an image's version, which img_url reads."
        ]

    def test_a_key_left_out_costs_one_query_with_the_version(self, django_assert_num_queries: Any) -> None:
        asset = Asset._base_manager.only("title")[0]
        with django_assert_num_queries(1):
            assert img_url(asset, 300).endswith(".jpg?w=300&v=1f2e3d4c")
            assert img_url(asset, 600)


class _Forbidden:
    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"the storage was asked for its {name}")


@pytest.mark.django_db
def test_storage_settings_are_not_read(settings: LazySettings, signing: KeyRing) -> None:
    settings.STORAGES = {"originals": {"BACKEND": "no.such.Backend"}}
    settings.IMAGEHUB = {"CDN_URL": "https://cdn.test", "STORE": "nonsense:"}
    assert img_url(Asset(key="photos/beach.jpg", version="1f2e3d4c", original="photos/beach.jpg"), 123)


_TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="/\\~*."), min_size=1, max_size=12)


_KEYS = st.builds(
    lambda folders, stem, ending: "/".join([*folders, f"{stem}.{ending}"]),
    st.lists(_TEXT, max_size=3),
    _TEXT,
    st.sampled_from(EXTENSIONS),
)


_SIDES = st.one_of(st.none(), st.integers(0, 4096), st.sampled_from([50, 150, 300, 600]))


_POINTS = st.tuples(st.floats(0, 1), st.floats(0, 1))


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    key=_KEYS,
    width=_SIDES,
    height=_SIDES,
    fit=st.sampled_from([None, *FITS]),
    gravity=st.one_of(st.sampled_from([None, *GRAVITIES]), _POINTS),
    quality=st.one_of(st.none(), st.integers(1, 100)),
    format_=st.sampled_from([None, *FORMATS]),
)
def test_the_edge_parses_every_url_to_what_the_template_asked_for(
    signing: KeyRing, key: str, width: Any, height: Any, fit: Any, gravity: Any, quality: Any, format_: Any
) -> None:
    url = img_url(Image(key), width, height=height, fit=fit, gravity=gravity, quality=quality, format=format_)
    asked, what = authorised(url, signing)
    point = tuple(int(float(f"{side:.6f}") * 1000 + 0.5) for side in gravity) if isinstance(gravity, tuple) else gravity
    options = {"width": width, "height": height, "fit": fit, "gravity": point, "quality": quality}
    meant = make_recipe(
        {name: value for name, value in options.items() if value is not None}, policy.load_policy().quality
    )
    assert what == asked.recipe == meant
    assert (asked.format, asked.version) == (format_ or "auto", "1f2e3d4c")
    assert (asked.signature is not None) == policy.load_policy().needs_signature(meant)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True), revision=st.integers(1, 10**9 - 1))
def test_the_edge_parses_every_preset_back(signing: KeyRing, name: str, revision: int) -> None:
    _, what = authorised(img_url(Image(), preset=Preset(name=name, revision=revision)), signing)
    assert what == PresetRef(name, revision)


@pytest.mark.parametrize("key", ["photos/beach.jpg", "a b.jpg", "it's.png"])
def test_a_template_tag_to_paste_names_the_key(key: str) -> None:
    source = "{% load imagehub %}{% autoescape off %}" + template_tag(key) + "{% endautoescape %}"
    assert Template(source).render(Context()) == img_url(key, 300)


@pytest.mark.parametrize("key", ['a".jpg', "{{x}}.jpg", "a%}.jpg"])
def test_a_key_that_a_template_cannot_quote_becomes_a_variable(key: str) -> None:
    assert template_tag(key) == "{% img_url photo 300 %}"
