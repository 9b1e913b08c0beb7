"""Warmings in the admin."""

from __future__ import annotations

import pytest
from django.test import Client

from assets.models import Warming
from tests.assets.admin.pages import page

pytestmark = pytest.mark.django_db
LIST = "/admin/imagehub/warming/"


@pytest.mark.parametrize(("keys", "heading"), [(["a.jpg"], "a.jpg"), (["a.jpg", "b.jpg"], "2 images")])
def test_one_image_is_named_and_several_are_counted(admin_client: Client, keys: list[str], heading: str) -> None:
    warming = Warming.objects.create(keys=keys, total=9)

    assert f">{heading}</a>" in page(admin_client, LIST)
    assert f"Warming of {heading}" in page(admin_client, f"{LIST}{warming.pk}/change/")


def test_the_list_has_a_bar_for_each_and_counts_failures(admin_client: Client) -> None:
    failure = {"url": "https://cdn.example/a.jpg", "status": 500, "reason": "unavailable"}
    Warming.objects.create(keys=["a.jpg"], total=9, done=4, failures=[failure])
    Warming.objects.create(keys=["a.jpg"])

    html = page(admin_client, LIST)
    assert '<progress class="imagehub-bar" value="4" max="9" aria-label="Progress">' in html
    assert "4 of 9 requested, 1 failed" in html
    assert 'value="0" max="1"' in html, "an empty bar rather than one that runs without an end"
