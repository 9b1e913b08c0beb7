"""Each mistake in the settings of reviews and of the trash is found by its id."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import run_checks

from assets.checks.moderation import TAXONOMY
from tests.assets.checks.found import found


def configure(settings: Any, **values: str) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "DISTRIBUTION_ID": "E1", **values}


def test_the_defaults_and_every_label_of_the_taxonomy_are_right(settings: Any) -> None:
    configure(settings)
    assert found() == []
    configure(settings, MODERATION_LABELS=", ".join(TAXONOMY).upper(), MODERATION_CONFIDENCE="55.5")
    assert found() == []
    configure(settings, MODERATION_LABELS="", MODERATION_CONFIDENCE="100", TRASH_DAYS="1")
    assert found() == []


@pytest.mark.parametrize("value", ["", "-1", "101", "100.5", "high", "80 %", "1e1", "nan"])
def test_a_confidence_is_a_percentage(settings: Any, value: str) -> None:
    configure(settings, MODERATION_CONFIDENCE=value)
    assert found() == ["imagehub.E021"]


@pytest.mark.parametrize("value", ["", "hidden", "Blurred", "true"])
def test_a_flagged_image_is_shown_blurred_or_withheld(settings: Any, value: str) -> None:
    configure(settings, MODERATION_UNREVIEWED=value)
    assert found() == ["imagehub.E022"]


@pytest.mark.parametrize("value", ["", "0", "-1", "2.5", "forever", "10000"])
def test_the_trash_keeps_images_for_whole_days(settings: Any, value: str) -> None:
    configure(settings, TRASH_DAYS=value)
    assert found() == ["imagehub.E023"]


def test_an_unknown_label_is_reported_with_those_of_a_similar_name(settings: Any) -> None:
    configure(settings, MODERATION_LABELS="Explicit, Visually Disturbing Things, Suggestive")
    messages = {message.msg: message.hint or "" for message in run_checks() if message.id == "imagehub.W024"}
    assert len(messages) == 2
    (similar,) = [hint for text, hint in messages.items() if "Things" in text]
    assert "Did you mean Visually Disturbing" in similar
