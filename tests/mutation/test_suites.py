"""Which modules are mutated."""

from __future__ import annotations

from tests.machine import ROOT
from tests.mutation.suites import SUITES, modules


def test_every_pattern_and_every_test_path_exists() -> None:
    for suite in SUITES:
        assert list(ROOT.glob(suite.pattern)), suite.pattern
        assert all((ROOT / path).exists() for path in suite.tests), suite.tests


def test_a_modules_own_tests_run_first() -> None:
    assert modules(ROOT)["edge/contract/policy.py"] == ("tests/edge/contract/test_policy.py", "tests/edge/contract")
