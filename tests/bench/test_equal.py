"""Interpolation of a curve at a score."""

from __future__ import annotations

import pytest

from tests.bench.equal import Point, at_score, geometric_mean

CURVE = [Point(50, 1000, 10), Point(70, 4000, 40), Point(80, 16000, 40)]


def test_a_point_on_the_curve_is_returned_unchanged() -> None:
    found = at_score(reversed(CURVE), 70)
    assert found is not None
    assert [found.bytes, found.ms] == pytest.approx([4000, 40])


def test_between_two_points_bytes_and_time_are_interpolated_logarithmically() -> None:
    found = at_score(CURVE, 60)
    assert found is not None
    assert [found.bytes, found.ms] == pytest.approx([2000, 20])


@pytest.mark.parametrize("score", [49.9, 80.1])
def test_outside_the_curve_there_is_no_point(score: float) -> None:
    assert at_score(CURVE, score) is None


def test_two_points_with_the_same_score_do_not_divide_by_zero() -> None:
    found = at_score([Point(60, 1000, 10), Point(60, 1100, 10)], 60)
    assert found is not None
    assert found.bytes == pytest.approx(1000)


def test_the_geometric_mean_of_2_and_a_half_is_1() -> None:
    assert geometric_mean([2, 0.5]) == pytest.approx(1)
