"""What visitors see of an image, on its own pages and in the list."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from assets.models import Asset
from assets.reviews import decide
from tests.assets.admin.forms import change_url
from tests.assets.admin.pages import IMAGES, editor, page
from tests.assets.images import make_asset
from tests.assets.review_support import flagged, turn_on

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sent")]


@pytest.fixture(autouse=True)
def _rekognition(settings: Any) -> None:
    turn_on(settings)


def review_link(asset: Asset) -> str:
    return f'href="/admin/imagehub/review/image/{asset.pk}/"'


def test_the_images_page_tells_the_verdict_and_its_history(admin_client: Client) -> None:
    asset = flagged()
    html = page(admin_client, change_url(asset))
    assert "Visitors see this image blurred. It was flagged and waits for a review." in html
    assert review_link(asset) in html
    decide(asset.pk, "withheld", why="A fight.")
    html = page(admin_client, change_url(asset))
    assert "Visitors do not see this image: its URLs answer 404." in html
    assert "A fight." in html


def test_only_reviewers_get_the_link_and_others_the_history(client: Client) -> None:
    asset = flagged()
    decide(asset.pk, "blurred", why="A fight.")
    html = page(editor(client, "view_asset", "change_asset"), change_url(asset))
    assert "A fight." in html
    assert review_link(asset) not in html


def test_an_image_that_nobody_flagged_says_nothing_of_reviews_to_editors(client: Client) -> None:
    assert "What visitors see" not in page(editor(client, "view_asset", "change_asset"), change_url(make_asset()))


def test_what_visitors_do_not_see_breaks_no_page_of_the_admin(admin_client: Client) -> None:
    asset = make_asset("hidden.jpg", title="Hidden")
    decide(asset.pk, "withheld", why="No consent.")
    asset.refresh_from_db()
    source = 'src="https://cdn.example/hidden.jpg'
    html = page(admin_client, IMAGES)
    assert 'aria-label="Hidden"' in html
    assert ">withheld</span>" in html
    chosen = {"_selected_action": [asset.pk]}
    pages = [html, page(admin_client, change_url(asset)), page(admin_client, f"{IMAGES}{asset.pk}/delete/")]
    for action in ("delete_selected", "purge_selected"):
        pages.append(admin_client.post(IMAGES, {"action": action, **chosen}).content.decode())
    assert [source in each for each in pages] == [False] * 5


def test_a_blurred_image_has_a_mark_and_its_blurred_thumbnail(admin_client: Client) -> None:
    flagged("beach.jpg")
    html = page(admin_client, IMAGES)
    assert ">blurred</span>" in html
    assert 'src="https://cdn.example/beach.jpg?w=150' in html
