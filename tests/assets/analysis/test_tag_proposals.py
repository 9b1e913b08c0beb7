"""Which tags are proposed, and in which order."""

from __future__ import annotations

from assets.analysis.tag_proposals import MOST, proposed_tags
from assets.analysis.things import Thing


def seen(*names: str) -> list[Thing]:
    """Labels, the last of which the analyser is surest of."""
    return [Thing(name, 70.0 + index) for index, name in enumerate(names)]


def test_the_surest_come_first() -> None:
    assert proposed_tags(seen("Dog", "Beach"), (), ()) == ["Beach", "Dog"]


def test_what_the_image_has_or_was_dismissed_is_left_out_in_any_case() -> None:
    assert proposed_tags(seen("Dog", "BEACH", "Sea", "Sand"), {"beach"}, {"sea"}) == ["Sand", "Dog"]


def test_others_follow_as_room_is_made() -> None:
    names = [f"tag {number}" for number in range(30)]
    first = proposed_tags(seen(*names), (), ())
    assert len(first) == MOST
    following = proposed_tags(seen(*names), (), set(first))
    assert len(following) == MOST
    assert not set(first) & set(following)


def test_what_can_be_no_tag_is_not_proposed() -> None:
    assert proposed_tags(seen("a, b", "x" * 51, "", "\0", "Dog", "dog"), (), ()) == ["dog"]
