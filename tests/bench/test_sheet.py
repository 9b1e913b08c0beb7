"""The sheet that compares ways of resizing: its drawings, and where its cells lie."""

from __future__ import annotations

import pytest
from PIL import Image

from tests.bench.sheet import compose
from tests.bench.sheet_drawings import DRAWINGS


@pytest.mark.parametrize("name", DRAWINGS)
def test_each_drawing_has_ink_and_paper(name: str) -> None:
    image = DRAWINGS[name]()
    darkest, lightest = image.convert("L").getextrema()
    assert image.size == (600, 340)
    assert (darkest, lightest) == (0, 255)


def test_each_row_shows_its_cells_beside_each_other_without_smoothing() -> None:
    colours = ["#c00000", "#00c000", "#0000c0", "#808080"]
    cells = [Image.new("RGB", (150, 84), colour) for colour in colours]
    sheet = compose([("first", cells), ("second", cells[::-1])])
    counts = sorted((count for count, _ in sheet.getcolors(1 << 20) or []), reverse=True)
    assert counts[1:5] == [2 * 300 * 168] * 4  # after the paper
