"""The survivors that are accepted: each is explained in ``survivors.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.mutants import Mutant

FILE = Path(__file__).with_name("survivors.toml")
#: The share of mutants that may survive.
MAX_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why no test can fail for the mutant that turns ``old`` into ``new``."""

    path: str
    old: str
    new: str
    why: str

    @property
    def identity(self) -> tuple[str, str, str]:
        return self.path, self.old, self.new


def read_explanations(file: Path = FILE) -> list[Explanation]:
    return [Explanation(**entry) for entry in tomllib.loads(file.read_text()).get("survivor", [])]


def problems(
    survivors: Sequence[Mutant],
    count: int,
    explanations: Iterable[Explanation],
    paths: Iterable[str],
    *,
    is_complete: bool = True,
) -> list[str]:
    """Return what is wrong with the ``survivors`` of ``count`` mutants of the modules ``paths``.

    The share counts for all modules together: a short module may have only mutants that make no difference.
    """
    known = {each.identity for each in explanations if each.path in paths}
    found = {each.identity for each in survivors}
    texts = [f"No test fails for this mutant, and {FILE.name} does not explain it:\n{each}" for each in survivors]
    unexplained = [text for text, each in zip(texts, survivors, strict=True) if each.identity not in known]
    stale = [
        f"{FILE.name} explains a mutant that is killed or does not exist:\n{path}\n  - {old}\n  + {new}"
        for path, old, new in sorted(known - found)
    ]
    if is_complete and len(survivors) > MAX_SHARE * count:
        share = f"{len(survivors)} of {count} mutants survive; at most {MAX_SHARE:.0%} may."
        return [*unexplained, *stale, share]
    return [*unexplained, *stale]
