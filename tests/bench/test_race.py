"""The order of engines, and which rounds count."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.bench.peers import OURS
from tests.bench.race import race
from tests.bench.worker import Done, EngineFailed


class _Engine:
    def __init__(self, name: str, times: Sequence[float], order: list[str]) -> None:
        self._name, self._times, self._order = name, iter(times), order

    def __call__(self) -> Done:
        self._order.append(self._name)
        return Done(next(self._times), 1)


def test_engines_alternate_and_the_median_counts() -> None:
    order: list[str] = []
    laps = race({"a": _Engine("a", [300, 7, 1, 3, 9, 2], order), "b": _Engine("b", [290, *[5] * 5], order)})
    assert order == ["a", "b", "a", "b", "b", "a", "a", "b", "b", "a", "a", "b"]
    assert (laps["a"].ms, laps["b"].ms) == (3, 5)


def test_the_first_round_of_very_slow_engines_counts() -> None:
    laps = race({"a": _Engine("a", [2500, 1500], []), "b": _Engine("b", [100, 200], [])})
    assert (laps["a"].ms, laps["b"].ms) == (2000, 150)


def test_the_first_round_of_other_engines_does_not_count() -> None:
    laps = race({"a": _Engine("a", [1000, 500, 300, 400], []), "b": _Engine("b", [100, 200, 300, 400], [])})
    assert (laps["a"].ms, laps["b"].ms) == (400, 300)


def test_a_failing_peer_is_left_out_and_our_own_failure_is_raised() -> None:
    def fail() -> Done:
        raise EngineFailed("no such format")

    assert race({"a": fail, "b": _Engine("b", [1] * 30, [])}).keys() == {"b"}
    with pytest.raises(EngineFailed, match="no such format"):
        race({OURS: fail})
