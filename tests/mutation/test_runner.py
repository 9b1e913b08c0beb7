"""A mutant against the tests, in a copy of the project."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.machine import ROOT
from tests.mutation.mutants import Mutant
from tests.mutation.runner import Copy

PATH = "edge/contract/timings.py"
#: One quick test, since a survivor runs it twice.
TESTS = ["tests/mutation/test_explanations.py::test_more_than_five_per_cent_of_survivors_are_a_problem"]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return Copy(tmp_path_factory.mktemp("copy"))


def mutant(change: str) -> Mutant:
    return Mutant("tests/mutation/explanations.py", 1, "", change, change)


def test_a_mutant_is_killed_in_the_copy_and_leaves_no_trace(copy: Copy) -> None:
    original = (ROOT / "tests/mutation/explanations.py").read_text()
    assert not copy.survives(mutant(original.replace("MAX_SHARE = 0.05", "MAX_SHARE = 0.06")), TESTS)
    assert copy.survives(mutant(original + "\nUNUSED = 1\n"), TESTS)
    assert (copy.folder / "tests/mutation/explanations.py").read_text() == original
    assert (ROOT / "tests/mutation/explanations.py").read_text() == original


def test_the_copy_has_the_files_of_the_working_tree_without_ignored_ones(copy: Copy) -> None:
    assert (copy.folder / "edge" / "contract" / "policy.json").exists()
    assert not Path(copy.folder, ".venv").exists()
