"""Mutants: a module's source with one small change each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code

from tests.mutation.operators import changes_nothing, operators

#: Any other revision is as good: it only leads to other variant keys.
_ARBITRARY = re.compile(r"[A-Z_]*REVISION = ")


@dataclass(frozen=True, slots=True)
class Mutant:
    """``path`` is relative to the project; ``line`` is where ``old`` became ``new``; ``source`` is the whole module."""

    path: str
    line: int
    old: str
    new: str
    source: str

    @property
    def identity(self) -> tuple[str, str, str]:
        """Without the line number, so that an explanation stays valid when the code around it changes."""
        return self.path, self.old, self.new

    def __str__(self) -> str:
        return f"{self.path}:{self.line}\n  - {self.old}\n  + {self.new}"


def mutants(root: Path, path: str) -> Iterator[Mutant]:
    """Yield all different mutants of the module at ``path``."""
    source = (root / path).read_text()
    seen = {source}
    for operator in operators().values():
        for occurrence, node in enumerate(_nodes(source, operator)):
            if changes_nothing(node):
                continue
            mutated = mutate_code(source, operator, occurrence)
            if mutated is None or mutated in seen:
                continue
            seen.add(mutated)
            mutant = _describe(path, source, mutated)
            if not _ARBITRARY.match(mutant.old):
                yield mutant


def _nodes(source: str, operator: Any) -> Iterator[Any]:
    """Yield the node of each occurrence, in the order in which Cosmic Ray counts them."""
    for node in ast_nodes(get_ast(source)):
        for _ in operator.mutation_positions(node):
            yield node


def _describe(path: str, source: str, mutated: str) -> Mutant:
    before, after = source.splitlines(), mutated.splitlines()
    changes = [
        code for code in SequenceMatcher(None, before, after, autojunk=False).get_opcodes() if code[0] != "equal"
    ]
    _, start, end, new_start, new_end = changes[0]
    old, new = (" ".join(map(str.strip, lines)) for lines in (before[start:end], after[new_start:new_end]))
    return Mutant(path, start + 1, old, new, mutated)
