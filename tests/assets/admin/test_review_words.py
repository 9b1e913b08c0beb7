"""Reviews in words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from assets.admin import review_words as words
from assets.models import Asset, Review

WHEN = datetime(2026, 3, 5, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("confidence", "text"),
    [
        (None, "not said how likely"),
        (99.9, "almost certain, 99 %"),
        (97, "almost certain, 97 %"),
        (93.5, "very likely, 93 %"),
        (80.0, "likely, 80 %"),
        (50, "possible, 50 %"),
        (0.0, "unlikely, 0 %"),
    ],
)
def test_a_confidence_is_a_word_and_a_number(confidence: float | None, text: str) -> None:
    assert words.certainty(confidence) == text


@pytest.mark.parametrize(
    ("decision", "text"),
    [
        ("approved", "Somebody approved this image on 5 Mar 2026, 14:30 UTC: “A play.”"),
        ("withheld", "Somebody withheld this image on 5 Mar 2026, 14:30 UTC: “A play.”"),
        ("trashed", "Somebody moved this image to the trash on 5 Mar 2026, 14:30 UTC: “A play.”"),
        ("replaced", "Somebody replaced the file on 5 Mar 2026, 14:30 UTC: “A play.”"),
    ],
)
def test_a_decision_is_a_sentence(decision: str, text: str) -> None:
    review = Review(decision=decision, state="decided", decided_at=WHEN, why="A play.")
    assert words.sentence(review) == text
    review.why = ""
    assert words.sentence(review) == text.partition(":")[0] + ":30 UTC."


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, "Visitors see this image as it is."),
        ({"verdict": "blurred"}, "Visitors see this image blurred."),
        ({"verdict": "withheld"}, "Visitors do not see this image: its URLs answer 404."),
        ({"trashed_at": WHEN}, "Visitors do not see this image: its URLs answer 404. It is in the trash."),
    ],
)
def test_what_visitors_see_is_a_sentence(fields: dict[str, Any], text: str) -> None:
    assert words.seen_by_visitors(Asset(version="1f2e3d4c", **fields)) == text


def test_a_history_has_a_line_for_each_review() -> None:
    labels = [{"name": "Violence", "confidence": 90.0, "parent": ""}]
    waits = Review(labels=labels, created_at=WHEN)
    done = Review(decision="trashed", state="decided", decided_at=WHEN, why="No consent.")
    first, second = words.history([waits, done])
    assert (first.title, first.who, first.labels) == ("Waiting for a review", "", "Violence")
    assert (second.title, second.who, second.why) == ("Moved to the trash", "Somebody", "No consent.")
    assert [each.when for each in (first, second)] == ["5 Mar 2026, 14:30 UTC"] * 2


def test_every_decision_has_its_words() -> None:
    for decision in Review.Decision.values:
        assert words.decided(decision)
    assert set(words.BUTTONS) == set(Review.Decision) - {Review.Decision.REPLACED}
    assert len({key for _, key in words.BUTTONS.values()}) == len(words.BUTTONS)
