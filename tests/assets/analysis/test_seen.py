"""Boxes of any analyser become faces within the picture."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.analysis.seen import Fractions, to_faces
from edge.contract.original import OriginalFacts
from edge.contract.values import Face


@pytest.mark.parametrize(
    ("box", "face"),
    [
        ((0.25, 0.5, 0.1, 0.2), (250, 500, 100, 200)),
        ((-0.1, -0.2, 0.3, 0.5), (0, 0, 200, 300)),  # Rekognition's boxes may begin outside
        ((0.9, 0.8, 0.5, 0.5), (900, 800, 100, 200)),
        ((0.0, 0.0, 1.0, 1.0), (0, 0, 1000, 1000)),
    ],
)
def test_a_box_is_cut_off_at_the_edges(box: Fractions, face: Face) -> None:
    assert to_faces([box]) == (face,)


@pytest.mark.parametrize(
    "box",
    [(1.2, 0, 0.5, 0.5), (0, -3, 1, 1), (0.5, 0.5, 0, 0.1), (0.5, 0.5, -0.1, 0.1), (float("nan"), 0, 1, 1)],
)
def test_what_is_outside_or_empty_is_no_face(box: Fractions) -> None:
    assert to_faces([box]) == ()


def test_the_largest_face_comes_first_and_there_are_at_most_32() -> None:
    faces = to_faces([(0, 0, size / 1000, size / 1000) for size in range(1, 101)])
    assert len(faces) == 32
    assert [face[2] for face in faces[:3]] == [100, 99, 98]


_number = st.floats(-3, 3) | st.sampled_from([float("inf"), float("nan"), 1e300])


@given(st.lists(st.tuples(_number, _number, _number, _number), max_size=40))
def test_whatever_an_analyser_says_can_be_written_into_the_metadata(boxes: list[Fractions]) -> None:
    facts = OriginalFacts("1f2e3d4c", faces=to_faces(boxes))
    assert OriginalFacts.read(facts.as_metadata()) == facts
