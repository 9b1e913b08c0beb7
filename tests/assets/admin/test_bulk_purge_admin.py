"""Bulk purges in the admin."""

from __future__ import annotations

import pytest
from django.test import Client

from assets.models import BulkPurge
from tests.assets.admin.pages import page

pytestmark = pytest.mark.django_db
LIST = "/admin/imagehub/bulkpurge/"


def test_the_list_and_the_page_show_how_far_it_is(admin_client: Client) -> None:
    row = BulkPurge.objects.create(total=20000, done=3000, variants_deleted=12345, invalidation_status="InProgress")
    text = "3,000 of 20,000 images; 12,345 files deleted; CloudFront: InProgress"
    listed = page(admin_client, LIST)
    assert "20,000 images" in listed
    assert f'value="3000" max="20000" aria-label="Progress"></progress> <span class="imagehub-quiet">{text}' in listed
    own = page(admin_client, f"{LIST}{row.pk}/change/")
    assert "Bulk purge of 20,000 images" in own
    assert f">{text}</p>" in own
    described = admin_client.get(f"{LIST}{row.pk}/state/").json()
    assert (described["done"], described["total"], described["open"]) == (3000, 20000, True)


def test_one_image_is_not_called_images(admin_client: Client) -> None:
    BulkPurge.objects.create(total=1)
    listed = page(admin_client, LIST)
    assert ">1 image</a>" in listed
    assert ">0 of 1 images</span>" in listed
