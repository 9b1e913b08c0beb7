"""`img_url` with rows: presets that an editor has deleted, and images of which a page loads few fields."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings

from assets import links, preset_revisions
from assets.image_options import ImageOptionError
from assets.links import img_url
from assets.models import Asset, Preset
from edge.contract.signing import KeyRing
from tests.assets.link_support import Image

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cdn_test")]


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
