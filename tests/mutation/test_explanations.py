"""Which survivors are accepted."""

from __future__ import annotations

from tests.machine import ROOT
from tests.mutation.explanations import Explanation, problems, read_explanations
from tests.mutation.mutants import Mutant, mutants

PATH = "edge/contract/keys.py"
SURVIVOR = Mutant(PATH, 3, "a = 1", "a = 2", "a = 2\n")
EXPLAINED = Explanation(PATH, "a = 1", "a = 2", "it makes no difference")


def test_an_explained_survivor_is_accepted() -> None:
    assert problems([SURVIVOR], 100, [EXPLAINED], [PATH]) == []


def test_an_unexplained_survivor_is_a_problem() -> None:
    (problem,) = problems([SURVIVOR], 100, [], [PATH])
    assert problem.endswith("edge/contract/keys.py:3\n  - a = 1\n  + a = 2")


def test_an_explanation_of_a_killed_mutant_is_a_problem_in_the_modules_that_were_run() -> None:
    (problem,) = problems([], 100, [EXPLAINED], [PATH])
    assert "is killed or does not exist" in problem
    assert problems([], 100, [EXPLAINED], ["edge/contract/policy.py"]) == []


def test_more_than_five_per_cent_of_survivors_are_a_problem() -> None:
    assert problems([SURVIVOR] * 5, 100, [EXPLAINED], [PATH]) == []
    assert problems([SURVIVOR] * 6, 100, [EXPLAINED], [PATH]) == ["6 of 100 mutants survive; at most 5% may."]
    assert problems([SURVIVOR] * 6, 100, [EXPLAINED], [PATH], is_complete=False) == []


def test_every_explanation_is_about_a_mutant_that_exists() -> None:
    explanations = read_explanations()
    existing = {mutant.identity for path in {each.path for each in explanations} for mutant in mutants(ROOT, path)}
    assert [each for each in explanations if each.identity not in existing] == []
    assert all(each.why for each in explanations)
