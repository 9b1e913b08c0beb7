"""What collections and tags share in the admin; the rest is in the tests of each."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from assets.models import Asset, Collection, Tag
from tests.assets.admin.html_forms import fields_of
from tests.assets.admin.pages import page, queries
from tests.assets.images import make_asset

pytestmark = pytest.mark.django_db(transaction=True)

LISTS = ("/admin/imagehub/collection/", "/admin/imagehub/tag/")


def test_lists_cost_the_same_for_many_rows(admin_client: Client) -> None:
    asset = make_asset()
    counts = []
    for number in (1, 9):
        for name in range(number):
            asset.tags.add(Tag.obtain(f"{number} {name}"))
            Collection.objects.create(name=f"{number} {name}")
        counts.append([queries(admin_client, url) for url in LISTS])
    assert counts[0] == counts[1]


@pytest.mark.parametrize(("model", "url"), [(Collection, LISTS[0]), (Tag, LISTS[1])], ids=["collection", "tag"])
def test_two_editors_of_one_row_are_told_of_each_other(
    admin_client: Client, model: type[Collection | Tag], url: str
) -> None:
    anna = Client()
    anna.force_login(get_user_model().objects.create_superuser("anna"))
    row = model.objects.create(name="Beach")
    change, form_id = f"{url}{row.pk}/change/", f"{model._meta.model_name}_form"
    hers, mine = (fields_of(page(client, change), form_id) for client in (anna, admin_client))
    anna.post(change, {**hers, "name": "Coast"})
    response = admin_client.post(change, {**mine, "name": "Shore"})
    assert "anna saved it on " in response.content.decode()
    row.refresh_from_db()
    assert (row.name, row.updated_by.username if row.updated_by else "") == ("Coast", "anna")


def test_a_search_ignores_case_everywhere(admin_client: Client) -> None:
    Collection.objects.create(name="\u00c4pfel")
    html = page(admin_client, f"{LISTS[0]}?q=\u00c4PFEL")
    assert "\u00c4pfel" in html.partition("<tbody>")[2]
    assert "No collections match." in page(admin_client, f"{LISTS[0]}?q=pears")


def test_images_in_the_trash_are_not_counted_and_withheld_ones_not_shown(admin_client: Client) -> None:
    press = Collection.objects.create(name="Press")
    rows: dict[str, Any] = {"a.jpg": {}, "b.jpg": {"verdict": "withheld"}, "c.jpg": {"trashed_at": timezone.now()}}
    for key, fields in rows.items():
        make_asset(key, collection=press)
        Asset._base_manager.filter(key=key).update(**fields)
    assert "2 images" in page(admin_client, LISTS[0])
    html = page(admin_client, f"{LISTS[0]}{press.pk}/change/")
    assert "2 images" in html
    assert html.partition("imagehub-previews")[2].count("<img src=") == 1
