"""Which labels flag an image."""

from __future__ import annotations

import time
from typing import Any

import pytest

from assets.moderation import MAX_FLAGS, categories, flags, unreviewed_verdict
from edge.contract.original import Verdict

EXPLICIT = [
    {"name": "Exposed Female Nipple", "confidence": 91.0, "parent": "Explicit Nudity"},
    {"name": "Explicit Nudity", "confidence": 92.0, "parent": "Explicit"},
    {"name": "Explicit", "confidence": 92.0, "parent": ""},
]


def configure(settings: Any, **values: str) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, **values}


def names(labels: Any) -> list[str]:
    return [label["name"] for label in flags(labels)]


def test_a_category_flags_what_is_below_it_and_the_surest_comes_first() -> None:
    assert names(EXPLICIT) == ["Explicit", "Explicit Nudity", "Exposed Female Nipple"]
    assert categories(EXPLICIT) == ["Explicit"]


def test_a_label_flags_by_a_category_that_is_only_named_as_its_parent() -> None:
    assert names([{"name": "Weapons", "confidence": 90.0, "parent": "Violence"}]) == ["Weapons"]


def test_a_label_alone_can_be_named_without_its_category(settings: Any) -> None:
    configure(settings, MODERATION_LABELS="Explicit Nudity")
    assert names(EXPLICIT) == ["Explicit Nudity", "Exposed Female Nipple"]


@pytest.mark.parametrize("spelled", ["violence", "VIOLENCE", "  Violence  ", "Alcohol,Violence,"])
def test_case_and_spaces_do_not_count(settings: Any, spelled: str) -> None:
    configure(settings, MODERATION_LABELS=spelled)
    assert names([{"name": "viOLence", "confidence": 90.0, "parent": ""}]) == ["viOLence"]


def test_what_the_settings_do_not_name_flags_nothing(settings: Any) -> None:
    kiss = {"name": "Kissing on the Lips", "parent": "Non-Explicit Nudity of Intimate parts and Kissing"}
    others = [{**kiss, "confidence": 99.0}, {"name": "Alcohol", "confidence": 99.0}, {"name": "To Come"}]
    assert names(others) == []
    configure(settings, MODERATION_LABELS="")
    assert names(EXPLICIT) == []


@pytest.mark.parametrize(("confidence", "flagged"), [(79.9, False), (80, True), (100.0, True), (0, False)])
def test_a_label_must_be_as_sure_as_the_settings_ask(confidence: float, flagged: bool) -> None:
    assert bool(names([{"name": "Violence", "confidence": confidence}])) is flagged


@pytest.mark.parametrize("confidence", [None, "", "99", float("nan"), float("inf"), True, [], {}])
def test_a_label_without_a_confidence_flags(confidence: object) -> None:
    assert flags([{"name": "Violence", "confidence": confidence}]) == [
        {"name": "Violence", "confidence": None, "parent": ""}
    ]
    assert names([{"name": "Violence"}]) == ["Violence"]


def test_rows_of_an_earlier_release_have_no_parents() -> None:
    assert names([{"name": label["name"], "confidence": label["confidence"]} for label in EXPLICIT]) == ["Explicit"]


@pytest.mark.parametrize(
    "label", [{}, {"name": None, "parent": None}, {"name": ["Violence"]}, {"name": 7, "parent": 8}]
)
def test_what_is_no_label_flags_nothing(label: dict[str, Any]) -> None:
    assert names([label]) == []


def test_labels_that_are_each_others_parents_end() -> None:
    ring = [{"name": "A", "parent": "B", "confidence": 99}, {"name": "B", "parent": "A", "confidence": 99}]
    assert names([*ring, {"name": "Violence", "parent": "Violence", "confidence": 99}]) == ["Violence"]


def test_very_many_labels_cost_little_and_are_cut() -> None:
    chain = [{"name": f"L{number}", "parent": f"L{number + 1}", "confidence": 85} for number in range(1000)]
    many = [{"name": f"V{number}" + "x" * 10_000, "parent": "Violence", "confidence": 90} for number in range(1000)]
    started = time.process_time()
    found = flags([*chain, *many, {"name": "Violence", "confidence": 99.5}])
    assert time.process_time() - started < 3
    assert (len(found), found[0]["name"]) == (MAX_FLAGS, "Violence")
    assert max(len(label["name"]) for label in found) == 100


@pytest.mark.parametrize("name", ["shown", "blurred", "withheld"])
def test_the_settings_say_what_visitors_see_until_a_review(settings: Any, name: str) -> None:
    assert unreviewed_verdict() is Verdict.BLURRED
    configure(settings, MODERATION_UNREVIEWED=name)
    assert unreviewed_verdict() is Verdict[name.upper()]
