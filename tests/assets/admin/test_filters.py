"""The filters of the list of images."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from assets.models import Collection, Review, Tag
from assets.reviews import decide
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


def test_images_are_filtered_by_collection_and_tag(admin_client: Client) -> None:
    press, beach = Collection.objects.create(name="press"), Tag.obtain("Beach")
    make_asset("a.jpg", collection=press).tags.add(beach, Tag.obtain("Sea"))
    make_asset("b.jpg", image_file("JPEG", (50, 50)))
    for query, keys in (
        (f"collection={press.pk}", {"a.jpg"}),
        ("collection=none", {"b.jpg"}),
        (f"tag={beach.pk}", {"a.jpg"}),
        ("tag=none", {"b.jpg"}),
        (f"tag={beach.pk}&collection=none", set()),
        ("collection=999&tag=0", {"a.jpg", "b.jpg"}),
        ("collection=x&tag=-1", {"a.jpg", "b.jpg"}),
        (f"collection={'9' * 400}", {"a.jpg", "b.jpg"}),
    ):
        response = admin_client.get(f"{IMAGES}?{query}")
        assert {asset.key for asset in response.context["cl"].result_list} == keys, query
    assert f'<a href="?collection={press.pk}">press</a>' in page(admin_client, IMAGES)


def test_of_very_many_tags_some_and_the_chosen_one_are_listed(admin_client: Client) -> None:
    make_asset("a.jpg")
    for number in range(40):
        Tag.obtain(f"{number:02}")
    last = Tag.objects.get(name="39")
    html = page(admin_client, f"{IMAGES}?tag={last.pk}")
    assert len(set(re.findall(r'href="\?tag=\d+"', html))) == 31
    assert f'<a href="?tag={last.pk}" aria-current="true">39</a>' in html


def test_without_collections_and_tags_there_is_nothing_to_filter_by(admin_client: Client) -> None:
    make_asset("a.jpg")
    html = page(admin_client, IMAGES)
    assert "?collection=" not in html
    assert "?tag=" not in html


def test_images_are_filtered_by_what_visitors_see(admin_client: Client) -> None:
    shown, waits, blurred, withheld = (make_asset(f"{name}.jpg") for name in ("shown", "waits", "blurred", "withheld"))
    assert "?visitors=" not in page(admin_client, IMAGES)
    Review.objects.create(asset=waits, sha256=waits.sha256)
    for asset, decision in ((blurred, "blurred"), (withheld, "withheld"), (shown, "approved")):
        decide(asset.pk, decision)
    for query, keys in (
        ("visitors=waiting", {"waits.jpg"}),
        ("visitors=blurred", {"blurred.jpg"}),
        ("visitors=withheld", {"withheld.jpg"}),
        ("visitors=nonsense", {"shown.jpg", "waits.jpg", "blurred.jpg", "withheld.jpg"}),
    ):
        response = admin_client.get(f"{IMAGES}?{query}")
        assert {asset.key for asset in response.context["cl"].result_list} == keys
