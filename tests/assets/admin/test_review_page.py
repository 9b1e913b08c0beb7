"""What a reviewer is told about an image."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from assets.admin.review_page import needs_reason, what_changed
from assets.models import Asset, ManifestState, Review
from assets.reviews import decide
from tests.assets.admin.pages import page
from tests.assets.images import image_file, make_asset
from tests.assets.review_support import flagged, turn_on

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sent")]


@pytest.fixture(autouse=True)
def _rekognition(settings: Any) -> None:
    turn_on(settings)


def html(client: Client, asset: Asset) -> str:
    return page(client, f"/admin/imagehub/review/image/{asset.pk}/")


def test_labels_copies_and_uses_are_told(admin_client: Client) -> None:
    asset = flagged(body=image_file())
    copy = flagged("copy.jpg", image_file())
    decide(copy.pk, "withheld", why="No consent.")
    ManifestState.choose_fallback(asset.key)
    found = html(admin_client, asset)
    assert "in Graphic Violence" in found
    assert "likely, 84 %" in found
    assert "<code>copy.jpg</code>: Somebody withheld this image" in found
    assert "the fallback image, which visitors see" in found


def test_without_any_use_it_says_so_and_what_is_not_searched(admin_client: Client) -> None:
    assert "Templates that name its key are not searched." in html(admin_client, make_asset())


def test_a_label_without_parent_or_confidence_is_shown(admin_client: Client) -> None:
    asset = make_asset()
    labels = [{"name": "Violence", "confidence": None, "parent": ""}]
    Review.objects.create(asset=asset, sha256=asset.sha256, labels=labels, label_names="|violence|")
    assert "not said how likely" in html(admin_client, asset)


@pytest.mark.parametrize(
    ("decision", "labels", "state", "needed"),
    [
        ("withheld", [], "", True),
        ("trashed", [], "", True),
        ("approved", [], "", False),
        ("blurred", [], "", False),
        ("withheld", [{"name": "Violence"}], "open", False),
        ("withheld", [{"name": "Violence"}], "decided", True),
    ],
)
def test_hiding_an_image_needs_a_reason_unless_labels_are_one(
    decision: str, labels: Any, state: str, needed: bool
) -> None:
    assert needs_reason(decision, Review(labels=labels, state=state) if state else None) is needed


def test_a_review_that_was_opened_since_is_told_as_a_new_file() -> None:
    told = what_changed(make_asset(), None, "“Approve”")
    assert told == (
        "The file of this image was replaced. Your decision, “Approve”, was not saved. Decide again, or leave it so."
    )
