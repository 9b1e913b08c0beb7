"""The filters of the list of reviews."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from assets.reviews import decide
from tests.assets.admin.pages import page
from tests.assets.images import image_file, make_asset
from tests.assets.review_support import flagged, turn_on

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sent")]

LIST = "/admin/imagehub/review/"
KEYS = ("waits.jpg", "approved.jpg", "hand.jpg")


@pytest.fixture
def mary(settings: Any) -> Any:
    turn_on(settings)
    mary = get_user_model().objects.create_user("mary")
    flagged("waits.jpg", image_file(size=(61, 40)))
    decide(flagged("approved.jpg", image_file(size=(62, 40))).pk, "approved", user_id=mary.pk, why="A play.")
    decide(make_asset("hand.jpg", image_file(size=(63, 40))).pk, "withheld", why="No consent.")
    return mary


def shown(client: Client, query: str) -> set[str]:
    html = page(client, f"{LIST}?{query}")
    return {key for key in KEYS if f'<span class="imagehub-key">{key}</span>' in html}


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("", {"waits.jpg", "approved.jpg", "hand.jpg"}),
        ("state=open", {"waits.jpg"}),
        ("state=decided", {"approved.jpg", "hand.jpg"}),
        ("decision=approved", {"approved.jpg"}),
        ("label=violence", {"waits.jpg", "approved.jpg"}),
        ("label=explicit", set()),
        ("label=-", {"hand.jpg"}),
        ("q=weapon", {"waits.jpg", "approved.jpg"}),
        ("q=consent", {"hand.jpg"}),
        ("q=waits", {"waits.jpg"}),
        ("state=nonsense&decision=nonsense&by=nonsense", set(KEYS)),
        ("label=%7C%25", set()),
    ],
)
def test_reviews_are_filtered_and_found(mary: Any, admin_client: Client, query: str, keys: set[str]) -> None:
    assert shown(admin_client, query) == keys


def test_only_who_has_decided_is_offered(mary: Any, admin_client: Client) -> None:
    html = page(admin_client, LIST)
    assert f"?by={mary.pk}" in html
    assert html.count("?by=") == 1
    assert ">Moved to trash</a>" in html
    assert shown(admin_client, f"by={mary.pk}") == {"approved.jpg"}
