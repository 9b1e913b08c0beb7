"""Lifetimes of replies: the values that docs/answers.md promises."""

from __future__ import annotations

import re

import pytest

from edge.contract import cache_control
from edge.contract.cache_control import error_lifetime
from tests.machine import ROOT


@pytest.mark.parametrize(("status", "lifetime"), [(400, "max-age=60"), (404, "max-age=10"), (415, "max-age=60")])
def test_errors_of_visitors_and_originals_are_kept_for_a_moment(status: int, lifetime: str) -> None:
    assert error_lifetime(status) == lifetime


@pytest.mark.parametrize("status", [403, 500, 503])
def test_our_own_errors_are_never_kept(status: int) -> None:
    assert error_lifetime(status) == "no-store"


def test_no_other_module_of_the_edge_and_of_assets_spells_a_lifetime() -> None:
    """`must-revalidate` and the like would be found too, as they come with one of these."""
    spelled = re.compile(r"max-age|no-store")
    modules = [path for folder in ("edge", "assets") for path in (ROOT / folder).rglob("*.py")]
    assert [path.name for path in modules if spelled.search(path.read_text())] == ["cache_control.py"]


def test_an_alias_is_kept_shorter_than_a_true_variant() -> None:
    assert "immutable" in cache_control.IMMUTABLE
    for lifetime in (cache_control.ALIAS, cache_control.PROVISIONAL, cache_control.REDIRECT):
        assert "max-age=60" in lifetime
        assert "immutable" not in lifetime
