"""The form of a preset: choosing its watermark."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from assets import trash
from assets.models import Asset, Preset
from tests.assets.admin.pages import IMAGES, PRESETS, page
from tests.assets.images import image_file, make_asset

pytestmark = pytest.mark.django_db

FORM = {
    "name": "card",
    "width": 300,
    "height": 200,
    "fit": "cover",
    "gravity": "focal",
    "quality": "",
    "bg": "ffffff",
    "watermark": "brand/logo.png",
    "watermark_corner": "southwest",
    "watermark_size": 25,
    "watermark_margin": 2,
    "watermark_opacity": 80,
}


@pytest.fixture
def logo() -> Asset:
    return make_asset("brand/logo.png", image_file("PNG"))


def error(client: Client, url: str, **changes: Any) -> str:
    response = client.post(url, {**FORM, **changes})
    assert response.status_code == 200
    return " ".join(re.findall(r'<ul class="errorlist".*?</ul>', response.content.decode(), re.DOTALL))


def test_an_image_is_chosen_by_its_key(admin_client: Client, logo: Asset) -> None:
    assert admin_client.post(f"{PRESETS}add/", FORM).status_code == 302
    preset = Preset.objects.get()
    assert (preset.watermark, preset.watermark_corner, preset.watermark_opacity) == (logo, "southwest", 80)
    change = f"{PRESETS}{preset.pk}/change/"
    assert 'value="brand/logo.png"' in page(admin_client, change)
    assert "with a watermark" in page(admin_client, PRESETS)
    admin_client.post(change, {**FORM, "watermark": " brand/logo.png "})
    assert Preset.objects.get().revision == preset.revision
    admin_client.post(change, {**FORM, "watermark": ""})
    assert Preset.objects.get().watermark is None


@pytest.mark.parametrize("key", ["gone.png", "brand/logo", "brand/logo.png\x00", "999999", "9" * 40, "x" * 5000])
def test_an_image_that_does_not_exist_is_an_error_at_its_field(admin_client: Client, logo: Asset, key: str) -> None:
    found = error(admin_client, f"{PRESETS}add/", watermark=key)
    assert "There is no image with this key" in found or "Null characters" in found
    assert not Preset.objects.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("size", ""),
        ("corner", ""),
        ("size", 0),
        ("size", 101),
        ("margin", 51),
        ("opacity", 0),
        ("opacity", 101),
        ("corner", "middle"),
    ],
)
def test_numbers_have_bounds(admin_client: Client, logo: Asset, name: str, value: object) -> None:
    assert error(admin_client, f"{PRESETS}add/", **{f"watermark_{name}": value})


def test_an_image_that_is_not_shown_cannot_be_chosen(admin_client: Client, logo: Asset) -> None:
    trash.move_to_trash(logo.pk)
    assert "brand/logo.png is not shown to visitors" in error(admin_client, f"{PRESETS}add/")


def test_the_page_of_a_preset_whose_watermark_is_not_shown_says_so(admin_client: Client, logo: Asset) -> None:
    preset = Preset.objects.create(name="card", width=300, watermark=logo)
    change = f"{PRESETS}{preset.pk}/change/"
    assert "are not shown" not in page(admin_client, change)
    trash.move_to_trash(logo.pk)
    assert "Images with this preset are not shown: its watermark brand/logo.png" in page(admin_client, change)


def test_the_watermark_of_a_preset_is_not_deleted(admin_client: Client, logo: Asset) -> None:
    Preset.objects.create(name="card", width=300, watermark=logo)
    html = admin_client.post(f"{IMAGES}{logo.pk}/delete/", {"post": "yes"}, follow=True).content.decode()
    assert "card" in html
    everything = {"action": "delete_selected", "_selected_action": [logo.pk], "post": "yes"}
    assert "card" in admin_client.post(IMAGES, everything, follow=True).content.decode()
    assert Asset.objects.exists()


def test_of_two_editors_the_second_sees_the_watermark_of_the_first(admin_client: Client, logo: Asset) -> None:
    """By its key, and the choice of it is kept."""
    preset = Preset.objects.create(name="card", width=300)
    change = f"{PRESETS}{preset.pk}/change/"
    base = re.findall(r'name="_made_from" value="([^"]*)"', page(admin_client, change))[0].replace("&quot;", '"')
    other = make_asset("other.png", image_file("PNG", colour="navy"))
    preset.watermark = other
    preset.save()
    response = admin_client.post(change, {**FORM, "_made_from": base})
    html = response.content.decode()
    assert "other.png" in html
    assert "brand/logo.png" in html
