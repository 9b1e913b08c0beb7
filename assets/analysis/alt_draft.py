"""A draft of an alternative text from what was seen. An editor reads it before anybody else does: docs/analysis.md

It says how many people and things there are and where; not who they are, nor what sex, age or mood they seem to have,
which analysers guess and get wrong.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from assets.analysis.nouns import common, counted, is_plural, joined
from assets.analysis.things import Thing
from edge.contract.recipe import MAX_FACES

#: In percent. Below it, the draft would often be wrong.
SURE = 90
_MAX_THINGS = 3
_MAX_TEXT = 120


@dataclass(frozen=True, slots=True)
class _Words:
    """The lists of ``alt_words.toml``."""

    people: frozenset[str]
    crowds: frozenset[str]
    tables: frozenset[str]
    left_out: frozenset[str]
    ends_in_ing: frozenset[str]
    places: Mapping[str, str]
    times: Mapping[str, str]

    def is_person(self, thing: Thing) -> bool:
        """Whether ``thing`` is somebody, or a part of somebody, such as "Astronaut" and "Hand"."""
        return any(common(name).lower() in self.people for name in (thing.name, *thing.kinds))

    def is_thing(self, name: str) -> bool:
        """Whether "a" or "two" can stand before ``name``, as far as is known: of unknown words, it can."""
        last = name.split()[-1]
        doing = last.endswith("ing") and last not in self.ends_in_ing
        known = self.people | self.crowds | self.left_out | self.places.keys() | self.times.keys()
        return not doing and name not in known


@cache
def _words() -> _Words:
    found = tomllib.loads(Path(__file__).with_name("alt_words.toml").read_text())
    lists: dict[str, Any] = {name: frozenset(value) for name, value in found.items() if isinstance(value, list)}
    return _Words(**lists, places=MappingProxyType(found["places"]), times=MappingProxyType(found["times"]))


def alt_draft(faces: int, things: Sequence[Thing], text: str) -> str:
    """One or two sentences, such as "Two people at a table outdoors. Text: OPEN". Empty if nothing was seen."""
    sure = [thing for thing in things if thing.confidence >= SURE]
    sentences = [_scene(faces, sure), _text(text)]
    return " ".join(filter(None, sentences))


def _scene(faces: int, sure: Sequence[Thing]) -> str:
    words = _words()
    names = {common(thing.name).lower() for thing in sure}
    people = _people(faces, sure, names)
    objects = _objects(sure)
    at = next((f" at a {name}" for name in objects if people and name in words.tables), "")
    shown = [phrase for name, phrase in objects.items() if not (at and name in words.tables)][:_MAX_THINGS]
    place = next((f" {phrase}" for name, phrase in words.places.items() if name in names), "")
    time = next((f" {phrase}" for name, phrase in words.times.items() if name in names), "")
    if people:
        subject = people + at + (f" with {joined(shown)}" if shown else "")
    elif shown:
        subject = joined(shown)
    else:
        return ""
    scene = f"{subject}{place}{time}."
    return scene[0].upper() + scene[1:]


def _people(faces: int, sure: Sequence[Thing], names: Iterable[str]) -> str:
    if _words().crowds & set(names):
        return "a crowd of people"
    people = [thing for thing in sure if _words().is_person(thing)]
    number = max([faces, *(len(thing.boxes) for thing in people)])
    if number >= MAX_FACES:
        return f"more than {MAX_FACES - 1} people"
    return counted(max(number, 1), "person") if number or people else ""


def _objects(sure: Sequence[Thing]) -> dict[str, str]:
    """Phrases of what can be counted, by name. A label that only says what kind another one is of is left out."""
    kinds = {kind for thing in sure for kind in thing.kinds}
    found: dict[str, str] = {}
    for thing in sorted(sure, key=lambda each: (not each.boxes, -each.confidence)):
        name = common(thing.name)
        if name and thing.name not in kinds and not _words().is_person(thing) and _words().is_thing(name.lower()):
            found[name] = name if is_plural(name) else counted(len(thing.boxes), name)
    return found


def _text(text: str) -> str:
    words = " ".join(text.split())
    if len(words) > _MAX_TEXT:
        words = f"{words[:_MAX_TEXT].rpartition(' ')[0] or words[:_MAX_TEXT]}…"
    return f"Text: {words}" if words else ""
