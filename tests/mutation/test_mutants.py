"""Mutants of a module."""

from __future__ import annotations

from pathlib import Path

from tests.mutation.mutants import Mutant, mutants

SOURCE = """
from functools import lru_cache

@lru_cache(maxsize=8)
def f(a: int | None) -> int:
    \"\"\"One is 1.\"\"\"
    return 1 if a else g(a, b=2)
"""


def found(folder: Path) -> list[Mutant]:
    (folder / "m.py").write_text(SOURCE)
    return list(mutants(folder, "m.py"))


def test_every_small_change_of_behaviour_is_a_mutant(tmp_path: Path) -> None:
    old = "return 1 if a else g(a, b=2)"
    assert {mutant.old for mutant in found(tmp_path)} == {old}
    assert {mutant.new for mutant in found(tmp_path)} == {
        "return 2 if a else g(a, b=2)",
        "return 0 if a else g(a, b=2)",
        "return 1 if a else g(a, b= 3)",
        "return 1 if a else g(a, b= 1)",
        "return 1 if a else g(a)",
        "return 1 if not a else g(a, b=2)",
    }


def test_what_is_for_type_checkers_and_markers_of_parameters_are_not_mutated(tmp_path: Path) -> None:
    source = """
class Named(Protocol):
    @property
    def name(self) -> str: ...

def f(*, a: int) -> int:
    return a
"""
    (tmp_path / "m.py").write_text(source)
    assert list(mutants(tmp_path, "m.py")) == []


def test_revisions_are_not_mutated(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text("ENGINE_REVISION = 7\n")
    assert list(mutants(tmp_path, "m.py")) == []


def test_a_mutant_differs_from_the_source_in_one_line(tmp_path: Path) -> None:
    for mutant in found(tmp_path):
        lines = SOURCE.splitlines()
        lines[mutant.line - 1] = f"    {mutant.new}"
        assert mutant.source == "\n".join(lines) + "\n"


def test_the_identity_of_a_mutant_does_not_depend_on_its_line(tmp_path: Path) -> None:
    before = [mutant.identity for mutant in found(tmp_path)]
    (tmp_path / "m.py").write_text("import os\n" + SOURCE)
    assert [mutant.identity for mutant in mutants(tmp_path, "m.py")] == before
