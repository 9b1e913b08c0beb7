"""The filters of the list of images."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.assets.admin.pages import IMAGES, page
from tests.assets.images import image_file, make_asset

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("alt=missing", {"bare.jpg"}),
        ("alt=present", {"told.jpg"}),
        ("alt=decorative", {"line.png"}),
        ("format=png", {"line.png"}),
        ("q=bare", {"bare.jpg"}),
        ("q=harbour", {"told.jpg"}),
    ],
)
def test_the_list_can_be_searched_and_filtered(admin_client: Client, query: str, keys: set[str]) -> None:
    make_asset("bare.jpg")
    make_asset("told.jpg", alt_text="The harbour")
    make_asset("line.png", image_file("PNG"), decorative=True)
    response = admin_client.get(f"{IMAGES}?{query}")
    assert {asset.key for asset in response.context["cl"].result_list} == keys


def test_the_filters_name_what_there_is(admin_client: Client) -> None:
    make_asset("bare.jpg")
    make_asset("line.png", image_file("PNG"))
    html = page(admin_client, f"{IMAGES}?format=png")
    links = dict(re.findall(r'<a href="\?format=(\w+)"[^>]*>(\w+)</a>', html))
    assert links == {"jpeg": "JPEG", "png": "PNG"}
    assert '<a href="?format=png" aria-current="true">PNG</a>' in html
    assert "Clear all filters" in html
