"""The order in which images are reviewed."""

from __future__ import annotations

from typing import Any

import pytest

from assets.admin.review_queue import QueuePlace, decided_elsewhere, next_image, place_of, waiting
from assets.models import Asset
from assets.reviews import decide, latest_review
from assets.trash import move_to_trash
from tests.assets.images import image_file
from tests.assets.review_support import flagged, turn_on

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sent")]


@pytest.fixture
def three(settings: Any) -> list[Asset]:
    turn_on(settings)
    return [flagged(f"{number}.jpg", image_file(size=(60 + number, 40))) for number in range(3)]


def place(asset: Asset) -> QueuePlace:
    review = latest_review(asset)
    assert review is not None
    return place_of(review)


def test_the_queue_is_a_ring_of_those_that_wait(three: list[Asset]) -> None:
    first, second, third = three
    assert place(first) == QueuePlace(1, 3, third.pk, second.pk)
    assert place(third) == QueuePlace(3, 3, second.pk, first.pk)
    decide(second.pk, "approved")
    assert place(first) == QueuePlace(1, 2, third.pk, third.pk)
    move_to_trash(third.pk)
    assert place(first) == QueuePlace(1, 1, None, None)
    assert [review.asset for review in waiting()] == [first]


def test_after_a_decision_the_next_one_follows_and_after_the_last_the_first(three: list[Asset]) -> None:
    reviews = [latest_review(asset) for asset in three]
    assert next_image() == three[0].pk
    assert next_image(reviews[0].pk if reviews[0] else 0) == three[1].pk
    assert next_image(reviews[2].pk if reviews[2] else 0) == three[0].pk
    for asset in three:
        decide(asset.pk, "approved")
    assert next_image() is None


def test_what_was_decided_about_the_same_file_elsewhere_is_told(settings: Any) -> None:
    turn_on(settings)
    first, copy = flagged("a.jpg", image_file()), flagged("b.jpg", image_file())
    assert decided_elsewhere(copy) == []
    decide(first.pk, "withheld")
    decide(first.pk, "approved")
    decide(copy.pk, "blurred")
    assert [review.decision for review in decided_elsewhere(copy)] == ["approved", "withheld"]
