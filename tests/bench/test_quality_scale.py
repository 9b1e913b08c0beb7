"""The fit of the quality scale, on scores that are known."""

from __future__ import annotations

import pytest

from tests.bench.quality_scale import _TRIED, FORMATS, SCORES, Measured, fitted


def _measured(photo: int, lead: float) -> Measured:
    """Each encoder's quality scores itself and ``lead``."""
    return Measured(photo, {kind: [(number + lead, 1000) for number in numbers] for kind, numbers in _TRIED.items()})


def test_the_best_table_reaches_each_score_on_average() -> None:
    table = fitted([_measured(0, -1), _measured(1, 5)])
    for name in FORMATS:
        assert {ours: number + 2 for ours, number in table[name].items()} == pytest.approx(SCORES, abs=0.51)


def test_a_table_rises_where_jpeg_changes_to_full_colour() -> None:
    one = _measured(0, 0)
    better = {**one.series, ("jpeg", True): [(score + 8, size) for score, size in one.series["jpeg", True]]}
    table = fitted([Measured(0, better)])
    assert table["jpeg"][90] == table["jpeg"][85] == 82
