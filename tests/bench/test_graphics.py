"""The graphics that are measured, and what is said about them."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge.image.encode.graphics import is_graphic
from tests.bench.drawings import DRAWINGS
from tests.bench.equal import Point
from tests.bench.graphics import LOSSLESS, LOSSY, Job, Outcome, smallest_as_good


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_the_same_each_time_and_a_graphic(name: str) -> None:
    image = DRAWINGS[name]()
    assert image.tobytes() == DRAWINGS[name]().tobytes()
    assert is_graphic(image)


def test_our_smallest_file_at_a_score_is_lossless_or_between_two_lossy_ones() -> None:
    lossy = [Point(60, 100, 1), Point(80, 400, 1)]
    assert smallest_as_good(lossy, 70) == pytest.approx(200)
    assert smallest_as_good([*lossy, Point(100, 150, 1)], 70) == 150
    assert smallest_as_good(lossy, 90) is None
    assert smallest_as_good([Point(93, 500, 1)], 100) == 500


def test_a_graphic_is_compared_with_the_smaller_of_sharps_files() -> None:
    job = Job("logo", 300, "webp", Path("logo.png"), transparent=True)
    sharps = {LOSSY: Point(75, 2000, 4), LOSSLESS: Point(100, 1000, 8)}
    outcome = Outcome(job, [Point(100, 900, 2)], sharps)
    assert outcome.cells() == (
        "logo → 300, WebP", "×0.25", "×0.90", "2.0 ms", "4.0 ms", "8.0 ms", "0.9 kB", "2.0 kB", "1.0 kB",
        "100.0", "75.0",
    )  # fmt: skip
    assert Outcome(job, [Point(70, 900, 2)], {}).cells()[1:3] == ("–", "–")
