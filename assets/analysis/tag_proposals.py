"""Tags that editors may accept, from what an analyser has named."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.core.exceptions import ValidationError

from assets.analysis.things import Thing
from assets.models import Tag
from assets.models.named import fold

#: At a time: more would not be read.
MOST = 12


def proposed_tags(things: Iterable[Thing], had: Collection[str], dismissed: Collection[str]) -> list[str]:
    """Names of tags, those first that the analyser is surest of.

    Without those that the image has, and those that were ``dismissed``; both as `fold` makes them.
    """
    found: dict[str, str] = {}
    for thing in sorted(things, key=lambda each: -each.confidence):
        name = _name(thing.name)
        if name and fold(name) not in {*had, *dismissed}:
            found.setdefault(fold(name), name)
    return list(found.values())[:MOST]


def _name(label: str) -> str:
    """As a tag is called; empty if no tag may be called so."""
    try:
        return Tag.check_name(label)
    except ValidationError:
        return ""
