"""Sizes, boxes and orientations, over all sources and recipes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from edge.contract.recipe import Recipe, make_recipe
from edge.contract.values import FITS
from edge.image.geometry import EXIF_ORIENTATIONS, Orientation, lay_out, orientation_of, shrink_on_load
from tests.edge.image.pictures import POLICY

sides = st.integers(1, 12_000)


sizes = st.tuples(sides, sides)


wanted = st.integers(0, POLICY.max_side)


points = st.tuples(st.integers(0, 1000), st.integers(0, 1000))


orientations = st.builds(Orientation, st.booleans(), st.booleans(), st.booleans())


properties = settings(max_examples=300)


@st.composite
def recipes(draw: st.DrawFn) -> Recipe:
    options = {
        "width": draw(wanted),
        "height": draw(wanted),
        "fit": draw(st.sampled_from(FITS)),
        "up": draw(st.booleans()),
    }
    return make_recipe(options)


@properties
@given(sizes, recipes(), points)
def test_the_box_lies_in_the_source_and_the_image_on_the_canvas(
    source: tuple[int, int], recipe: Recipe, point: tuple[int, int]
) -> None:
    layout = lay_out(source, recipe, POLICY, point)
    left, top, right, bottom = layout.box
    assert 0 <= left < right <= source[0]
    assert 0 <= top < bottom <= source[1]
    assert min(layout.size) >= 1
    assert max(layout.canvas) <= POLICY.max_side
    for size, offset, canvas in zip(layout.size, layout.offset, layout.canvas, strict=True):
        assert 0 <= offset <= canvas - size


@properties
@given(sizes, recipes())
def test_nothing_is_enlarged_without_up(source: tuple[int, int], recipe: Recipe) -> None:
    layout = lay_out(source, replace(recipe, up=False), POLICY)
    left, top, right, bottom = layout.box
    assert layout.size[0] <= max(1, right - left + 1e-6)
    assert layout.size[1] <= max(1, bottom - top + 1e-6)


@properties
@given(sizes, recipes())
def test_the_aspect_ratio_is_kept_within_a_pixel(source: tuple[int, int], recipe: Recipe) -> None:
    assume(recipe.fit != "fill")
    layout = lay_out(source, recipe, POLICY)
    left, top, right, bottom = layout.box
    across, down = layout.size[0] / (right - left), layout.size[1] / (bottom - top)
    assume(min(layout.size) > 1)  # no side can be smaller than a pixel
    assert abs(layout.size[1] - (bottom - top) * across) <= 1 or abs(layout.size[0] - (right - left) * down) <= 1


@properties
@given(sizes, recipes())
def test_requested_sides_are_exact_with_up(source: tuple[int, int], recipe: Recipe) -> None:
    canvas = lay_out(source, replace(recipe, up=True), POLICY).canvas
    asked = recipe.width, recipe.height
    match recipe.fit:
        case "cover" | "contain" | "fill":
            assert canvas == asked
        case "inside":
            assert canvas[0] <= asked[0]
            assert canvas[1] <= asked[1]
            assert canvas[0] == asked[0] or canvas[1] == asked[1]
        case "outside":
            assert max(canvas) == POLICY.max_side or (canvas[0] >= asked[0] and canvas[1] >= asked[1])
        case _ if any(asked):
            assert max(canvas) == POLICY.max_side or any(have == want for have, want in zip(canvas, asked, strict=True))
        case _:
            assert max(canvas) == min(max(source), POLICY.full_side)


@pytest.mark.parametrize(
    ("source", "options", "canvas"),
    [
        ((200, 400), {"width": 300, "height": 300}, (200, 200)),
        ((200, 400), {"width": 300, "height": 300, "up": True}, (300, 300)),
        ((940, 2), {"width": 300}, (300, 1)),
        ((2, 940), {"width": 300}, (2, 940)),
        ((2, 940), {"width": 300, "up": True}, (9, 4096)),
        ((4000, 3000), {}, (2560, 1920)),
        ((400, 300), {}, (400, 300)),
        ((400, 300), {"up": True}, (400, 300)),
        ((400, 300), {"height": 150}, (200, 150)),
        ((400, 300), {"width": 200, "height": 200, "fit": "inside"}, (200, 150)),
        ((400, 300), {"width": 200, "height": 200, "fit": "outside"}, (267, 200)),
        ((400, 300), {"width": 200, "height": 200, "fit": "fill"}, (200, 200)),
        ((400, 300), {"width": 800, "height": 100, "fit": "fill"}, (400, 100)),
        ((100, 50), {"width": 300, "height": 300, "fit": "contain"}, (300, 300)),
        ((400, 300), {"width": 9000, "height": 4500, "up": True}, (4096, 2048)),
    ],
)
def test_canvas_sizes(source: tuple[int, int], options: dict[str, object], canvas: tuple[int, int]) -> None:
    assert lay_out(source, make_recipe(options), POLICY).canvas == canvas


def test_contain_pads_instead_of_enlarging() -> None:
    layout = lay_out((100, 50), make_recipe({"width": 300, "height": 300, "fit": "contain"}), POLICY)
    assert (layout.size, layout.offset) == ((100, 50), (100, 125))


def test_a_crop_is_centred_on_its_point_as_far_as_it_fits() -> None:
    recipe = make_recipe({"width": 100, "height": 100})
    lefts = [lay_out((400, 100), recipe, POLICY, (x, 500)).box[0] for x in (0, 250, 500, 1000)]
    assert lefts == [0, 50, 150, 300]


@properties
@given(orientations, orientations, points)
def test_two_orientations_combine_into_one(first: Orientation, second: Orientation, point: tuple[int, int]) -> None:
    assert first.then(second).point(point) == second.point(first.point(point))
    assert first.then(second).size((3, 5)) == second.size(first.size((3, 5)))


@properties
@given(orientations, st.tuples(st.integers(0, 9), st.integers(0, 9)))
def test_inverse_box_undoes_what_point_does(turn: Orientation, corner: tuple[int, int]) -> None:
    x, y = turn.point((corner[0] * 100, corner[1] * 100))
    turned = turn.size((10, 10))
    left, top, _, _ = turn.inverse_box((x / 100, y / 100, x / 100, y / 100), turned)
    assert (left, top) == corner


def test_the_eight_exif_orientations_differ() -> None:
    assert len(set(EXIF_ORIENTATIONS.values())) == 8


def test_a_recipe_rotates_clockwise_before_it_mirrors() -> None:
    assert orientation_of(Recipe(rotate=90)).point((0, 0)) == (1000, 0)
    assert orientation_of(Recipe(rotate=90, flop=True)).point((0, 0)) == (0, 0)
    assert orientation_of(Recipe(rotate=180)) == orientation_of(Recipe(flip=True, flop=True))
    assert orientation_of(Recipe(rotate=101)) == orientation_of(Recipe(rotate=90))


@properties
@given(sizes, recipes())
def test_shrink_on_load_leaves_enough_pixels(source: tuple[int, int], recipe: Recipe) -> None:
    layout = lay_out(source, recipe, POLICY)
    factor = shrink_on_load(layout.box, layout.size)
    left, top, right, bottom = layout.box
    assert factor == 1 or min((right - left) / layout.size[0], (bottom - top) / layout.size[1]) >= factor * 1.12


def test_shrink_on_load_gives_the_largest_factor_that_leaves_enough() -> None:
    assert shrink_on_load((0, 0, 4000, 3000), (400, 300)) == 8
    assert shrink_on_load((0, 0, 4000, 3000), (404, 303)) == 4
    assert shrink_on_load((0, 0, 4000, 3000), (720, 540)) == 4
    assert shrink_on_load((0, 0, 4000, 3000), (1600, 1200)) == 2
    assert shrink_on_load((0, 0, 4000, 3000), (2560, 1920)) == 1
