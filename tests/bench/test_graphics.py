"""The graphics that are measured."""

from __future__ import annotations

import pytest

from edge.image.encode.graphics import is_graphic
from tests.bench.drawings import DRAWINGS
from tests.bench.graphics import WIDTHS, table


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_the_same_each_time_and_a_graphic(name: str) -> None:
    image = DRAWINGS[name]()
    assert image.tobytes() == DRAWINGS[name]().tobytes()
    assert is_graphic(image)


def test_lossless_wins_at_full_size_and_never_costs_bytes() -> None:
    rows = table({"logo": DRAWINGS["logo"], "document": DRAWINGS["document"]})
    assert [row[:2] for row in rows] == [(name, width) for name in ("webp", "avif", "basic") for width in WIDTHS]
    assert all(share <= 1 for _, _, share, _, _ in rows)
    assert all(won == count for _, width, _, won, count in rows if width == 1600)
