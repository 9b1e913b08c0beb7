"""YuNet in this process: boxes as fractions of the picture, whatever its size."""

from __future__ import annotations

import numpy as np
import pytest

from assets.face_detector import find_faces
from edge.contract.errors import SourceRefused
from tests.assets.analysis.photographs import astronaut


@pytest.mark.parametrize("size", [(512, 512), (1600, 1600), (200, 200)])
def test_boxes_are_fractions_of_any_size(size: tuple[int, int]) -> None:
    (face,) = find_faces(astronaut(size))["faces"]
    assert face["box"] == pytest.approx([0.348, 0.123, 0.176, 0.221], abs=0.03)
    assert 0.7 <= face["score"] <= 1


def test_in_a_narrow_picture_no_faces_come_from_memory_that_holds_other_data() -> None:
    narrow = astronaut((60, 1920))
    for _ in range(60):
        other = [np.random.default_rng().bytes(100_000) for _ in range(20)]
        del other
        assert find_faces(narrow) == {"faces": []}


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(SourceRefused):
        find_faces(b"no jpeg")
