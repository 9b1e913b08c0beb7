"""The lists of rows."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.assets.admin.pages import IMAGES, page
from tests.assets.images import make_asset

pytestmark = pytest.mark.django_db

LISTS = {
    "asset": ("Images", "No images yet."),
    "preset": ("Presets", "No presets yet."),
    "purge": ("Purges", "No purges yet."),
    "bulkpurge": ("Purges in bulk", "No bulk purges yet."),
    "warming": ("Warmings", "No warmings yet."),
}


@pytest.mark.parametrize("model", LISTS)
def test_an_empty_list_has_a_title_and_says_so(admin_client: Client, model: str) -> None:
    html = page(admin_client, f"/admin/imagehub/{model}/")
    title, empty = LISTS[model]
    assert f"<h1>{title}</h1>" in html
    assert f"<p>{empty}" in html


def test_an_action_has_to_be_chosen(admin_client: Client) -> None:
    make_asset()
    assert '<option value="" selected>Choose an action</option>' in page(admin_client, IMAGES)
