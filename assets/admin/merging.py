"""Two editors of one row: which fields each has changed since the form was made, and what to ask the second one."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from assets.models.named import by_fold, join_names, split_names

#: The fields of a form with the values that its row had when the form was made.
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """Fields that only make sense together, such as both numbers of a focal point.

    A part that describes the field ``about`` is asked about if one editor changed the part and the other that field.
    """

    label: str
    fields: tuple[str, ...]
    about: str = ""


@dataclass(frozen=True)
class Merge:
    """The parts that the other editor alone has changed, and those to ask about."""

    theirs: tuple[Part, ...]
    questions: tuple[Part, ...]


class EditConflict(Exception):  # not an error: the editor has to choose
    """Somebody else saved the row after the form was made. ``row`` is None if they deleted it."""

    def __init__(self, form: Any, row: Any, merge: Merge) -> None:
        super().__init__("Somebody else has changed the row.")
        self.form = form
        self.row = row
        self.merge = merge


def spell(values: Values) -> str:
    """``values`` for a hidden input."""
    return json.dumps(values, sort_keys=True, default=str)


def parse(text: str) -> dict[str, Any]:
    """What `spell` has spelled; empty if it is anything else."""
    with suppress(ValueError, RecursionError):
        found = json.loads(text)
        if isinstance(found, dict):
            return found
    return {}


def plain(values: Values) -> dict[str, Any]:
    """``values`` as they are after a way through a hidden input, so that they can be compared."""
    return parse(spell(values))


def merge(parts: Iterable[Part], touched: Collection[str], base: Values, mine: Values, theirs: Values) -> Merge:
    """Compare what I ``touched`` since ``base`` with what the others did. Values are `plain`."""
    changed = {name for name, value in theirs.items() if base.get(name, value) != value}
    taken, questions = [], []
    for part in parts:
        if all(mine.get(name) == theirs.get(name) for name in part.fields):
            continue
        i_did, they_did = (any(name in names for name in part.fields) for names in (touched, changed))
        if (i_did and (they_did or part.about in changed)) or (they_did and part.about in touched):
            questions.append(part)
        elif they_did:
            taken.append(part)
    return Merge(tuple(taken), tuple(questions))


def cover(parts: Iterable[Part], labels: Mapping[str, str]) -> list[Part]:
    """``parts``, and one for each other field of ``labels``, in the order of the fields."""
    named = [part for part in parts if set(part.fields) & labels.keys()]
    rest = labels.keys() - {name for part in named for name in part.fields}
    every = [*named, *(Part(labels[name], (name,)) for name in rest)]
    names = list(labels)
    return sorted(every, key=lambda part: min(names.index(name) for name in part.fields if name in labels))


def merge_names(base: str, mine: str, theirs: str) -> str:
    """The names of ``theirs``, with those that I have added since ``base`` and without those that I have removed.

    Nobody is asked: I cannot have removed what the other has only just added.
    """
    before, wanted, now = (by_fold(split_names(text)) for text in (base, mine, theirs))
    removed = before.keys() - wanted.keys()
    added = {key: name for key, name in wanted.items() if key not in before}
    return join_names(name for key, name in {**added, **now}.items() if key not in removed)
