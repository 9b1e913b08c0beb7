"""Presets in the admin."""

from __future__ import annotations

import pytest
from django.test import Client

from assets.links import img_url
from assets.models import Preset
from tests.assets.admin.pages import PRESETS, page
from tests.assets.images import make_asset

pytestmark = pytest.mark.django_db


def test_presets_are_shown_on_the_newest_image(admin_client: Client) -> None:
    assert Preset.objects.create(name="card", width=300, height=200).revision
    assert "<code>w300_h200_fcover</code>" in page(admin_client, PRESETS)
    asset = make_asset("photo.jpg")
    assert img_url(asset, preset=Preset.objects.get()).replace("&", "&amp;") in page(admin_client, PRESETS)
