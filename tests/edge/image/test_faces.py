"""Where the crop is placed so that faces stay in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.contract.errors import BadRequest
from edge.image.faces import Span, best_start, crop_around, padded_extent, spans_of


@pytest.mark.parametrize(
    ("side", "length", "spans", "start"),
    [
        (1000, 400, [(450, 550, 1)], 300),  # centred on the face
        (1000, 400, [(0, 100, 1)], 0),  # at the edge, as far as the side allows
        (1000, 400, [(950, 1000, 1)], 600),
        (1000, 400, [(100, 200, 1), (350, 450, 1)], 75),  # both fit: centred on the two
        (1000, 400, [(0, 100, 3), (500, 600, 2), (700, 800, 2)], 450),  # two small ones hold more than a large one
        (1000, 400, [(0, 100, 5), (500, 600, 2), (700, 800, 2)], 0),
        (1000, 400, [(200, 800, 9)], 300),  # too large for the window: its middle
        (1000, 400, [(300, 900, 9), (0, 100, 1)], 0),  # a face that fits comes before one that is cut anyway
        (1000, 1000, [(450, 550, 1)], 0),
        (1000, 100, [(450, 550, 1)], 450),  # exactly as long as the face
    ],
)
def test_the_window_holds_the_most_face_area(side: float, length: float, spans: list[Span], start: float) -> None:
    assert best_start(side, length, spans) == start


_spans = st.lists(
    st.tuples(st.integers(0, 990), st.integers(1, 500), st.integers(1, 9)).map(
        lambda face: (float(face[0]), float(min(face[0] + face[1], 1000)), float(face[2]))
    ),
    min_size=1,
    max_size=8,
)


@given(st.integers(1, 1000), _spans)
def test_no_other_window_holds_more(length: int, spans: list[Span]) -> None:
    def held(start: float) -> float:
        return sum(area for low, high, area in spans if low >= start - 1e-6 and high <= start + length + 1e-6)

    found = best_start(1000, length, spans)
    assert 0 <= found <= 1000 - length
    assert held(found) == max(held(start) for start in range(1001 - length))


def test_a_margin_is_in_percent_of_each_face_and_ends_at_the_image() -> None:
    boxes = [(100.0, 100.0, 200.0, 300.0), (800.0, 500.0, 1000.0, 600.0)]
    assert padded_extent(boxes, 0, (1000, 700)) == (100, 100, 1000, 600)
    assert padded_extent(boxes, 50, (1000, 700)) == (50, 0, 1000, 650)


def test_a_span_carries_the_area_of_its_face() -> None:
    assert spans_of([(10.0, 20.0, 40.0, 60.0)], 0) == [(10, 40, 1200)]
    assert spans_of([(10.0, 20.0, 40.0, 60.0)], 1) == [(20, 60, 1200)]


FACES = [(100.0, 50.0, 300.0, 250.0), (400.4, 300.6, 450.4, 360.6)]


@pytest.mark.parametrize(
    ("face", "padding", "area"),
    [
        (0, 0, (100, 50, 200, 200)),
        (0, 40, (60, 10, 280, 280)),
        (0, 120, (0, 0, 440, 390)),
        (0, 900, (0, 0, 500, 390)),
        (0, -20, (120, 70, 160, 160)),
        (1, 0, (400, 300, 50, 60)),
    ],
)
def test_a_crop_around_a_face_is_that_of_awss_image_handler(face: int, padding: int, area: tuple[int, ...]) -> None:
    assert crop_around(FACES, (500, 390), face=face, padding=padding) == area


def test_without_faces_the_whole_image_is_left() -> None:
    assert crop_around([], (500, 390), face=7, padding=0) == (0, 0, 500, 390)


@pytest.mark.parametrize(("face", "padding", "code"), [(2, 0, "face_unknown"), (0, -100, "padding_out_of_bounds")])
def test_an_unknown_face_or_nothing_left_is_an_error(face: int, padding: int, code: str) -> None:
    with pytest.raises(BadRequest) as raised:
        crop_around(FACES, (500, 390), face=face, padding=padding)
    assert raised.value.code == code
