"""Where faces are, in words, and the focal point that they propose."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.analysis.faces_in_words import describe_faces, propose_focal
from edge.contract.values import Face


@pytest.mark.parametrize(
    ("faces", "words"),
    [
        ([], ""),
        ([(450, 450, 100, 100)], "1 face, in the middle"),
        ([(0, 450, 100, 100)], "1 face, at the left"),
        ([(900, 0, 100, 100)], "1 face, at the top right"),
        ([(450, 900, 100, 100)], "1 face, at the bottom"),
        ([(100, 400, 300, 300), (900, 400, 10, 10), (0, 0, 5, 5)], "3 faces, the largest at the left"),
        ([(450, 450, 100, 100)] * 32, "32 faces or more, the largest in the middle"),
    ],
)
def test_faces_in_words(faces: list[Face], words: str) -> None:
    assert describe_faces(faces) == words


@pytest.mark.parametrize(
    ("faces", "focal"),
    [
        ([], None),
        ([(100, 200, 200, 400)], (200, 400)),
        ([(0, 0, 200, 200), (800, 0, 200, 200)], (500, 100)),
        ([(0, 0, 400, 400), (900, 900, 40, 40)], (207, 207)),
        ([(0, 0, 1000, 1000)], (500, 500)),
    ],
)
def test_the_proposed_focal_point_is_the_middle_of_the_faces_by_area(
    faces: list[Face], focal: tuple[int, int] | None
) -> None:
    assert propose_focal(faces) == focal


_side = st.integers(0, 1000)


@given(st.lists(st.tuples(_side, _side, _side, _side), max_size=32))
def test_it_lies_within_the_faces(faces: list[Face]) -> None:
    point = propose_focal(faces)
    counted = [(x, y, w, h) for x, y, w, h in faces if w * h]
    assert (point is None) == (not counted)
    if point:
        assert min(x for x, *_ in counted) <= point[0] <= max(x + w for x, _, w, _ in counted)
        assert min(y for _, y, *_ in counted) <= point[1] <= max(y + h for _, y, _, h in counted)
