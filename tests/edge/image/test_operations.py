"""Operations in `render`: their order, stills and animations, and what hostile arguments and overlays do."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageSequence

from edge.contract.edits import Edits
from edge.contract.errors import BadRequest, OverlayUnavailable
from edge.contract.operations import KINDS, Operation, make_operation
from edge.contract.recipe import Recipe, make_recipe
from edge.image import Rendered, render
from edge.image.operations import OperationSequence
from edge.image.overlays import read_mark
from edge.image.transform import point_operations, tone
from tests.edge.contract.test_operations import NEEDED
from tests.edge.image.pictures import POLICY, animation, near, noise, opened, pixel, quarters, saved

PNG = saved(quarters((400, 300)), "png")
MARK = saved(Image.new("RGBA", (60, 30), (250, 0, 250, 255)), "png")
OVERLAYS = {("logo.png", "0a1b2c3d"): MARK}
EVERY = [make_operation(name, **NEEDED.get(name, {})) for name in KINDS]


def applied(body: bytes, *operations: Operation, format_class: str = "png", **options: Any) -> Rendered:
    blurred = options.pop("blurred", False)
    recipe = make_recipe(options)
    edits = Edits(recipe, operations=operations)
    return render(body, edits, format_class, blurred=blurred, overlays=OVERLAYS, policy=POLICY)


@pytest.mark.parametrize("operation", EVERY, ids=lambda each: each.name)
@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_every_operation_takes_every_mode(operation: Operation, mode: str) -> None:
    body = saved(noise((40, 30), mode), "png")
    once, again = (applied(body, operation, format_class="webp") for _ in range(2))
    assert once.body == again.body
    image = opened(once)
    sizes = {"extract": (5, 5), "round_crop": (30, 30), "rotate": (50, 46)}
    assert image.size == sizes.get(operation.name, (40, 30))


def test_operations_are_applied_in_their_order() -> None:
    image = noise((40, 30))
    body = saved(image, "png")
    tint, stretch = make_operation("tint", colour="704214"), make_operation("normalise", lower=20, upper=60)
    first = tone.normalise(point_operations.tint(image, "704214"), 20, 60)
    second = point_operations.tint(tone.normalise(image, 20, 60), "704214")
    assert opened(applied(body, tint, stretch)).convert("RGB").tobytes() == first.tobytes()
    assert opened(applied(body, stretch, tint)).convert("RGB").tobytes() == second.tobytes()
    assert first.tobytes() != second.tobytes()


def test_they_follow_the_resize_and_the_padding() -> None:
    rendered = applied(PNG, make_operation("negate"), width=100, height=100, fit="contain", bg="ff0000")
    assert (rendered.width, rendered.height) == (100, 100)
    assert near(pixel(opened(rendered), 0.5, 0.02), (0, 255, 255))


def test_without_operations_the_bytes_are_the_same() -> None:
    for format_class in ("webp", "basic"):
        assert applied(PNG, format_class=format_class, width=90).body == (
            render(PNG, make_recipe({"width": 90}), format_class, policy=POLICY).body
        )


def test_an_obscured_image_stays_obscured() -> None:
    """Two images that differ in their details alone are still alike after the strongest sharpening."""
    lines = [[10, 240] * 160, [240, 10] * 160]
    images = [Image.frombytes("L", (320, 240), bytes(lines[turn] + lines[1 - turn]) * 120) for turn in (0, 1)]
    sharpen = make_operation("sharpen", sigma=10, flat=1_000_000, jagged=1_000_000, lighter=100, darker=100)
    for blurred in (True, False):
        one, other = (opened(applied(saved(each, "png"), sharpen, blurred=blurred)).tobytes() for each in images)
        assert (one == other) == blurred


FRAMES = [Image.new("RGB", (60, 40), colour) for colour in ("red", "lime", "blue")]
GIF = animation("gif", FRAMES, duration=100)


def test_operations_change_every_frame_of_an_animation() -> None:
    image = opened(applied(GIF, make_operation("negate"), format_class="webp"))
    found = [pixel(frame, 0.5, 0.5) for frame in ImageSequence.Iterator(image)]
    expected = [(0, 255, 255), (255, 0, 255), (255, 255, 0)]
    assert all(near(colour, wanted, 12) for colour, wanted in zip(found, expected, strict=True))


def test_an_animation_gets_the_size_that_the_operations_give_it() -> None:
    extract = make_operation("extract", left=1, top=2, width=30, height=20)
    extend = make_operation("extend", left=5, bottom=6, colour="ffffff")
    rendered = applied(GIF, extract, extend, format_class="webp")
    assert (rendered.width, rendered.height) == (35, 26)
    assert opened(rendered).n_frames == 3  # type: ignore[attr-defined]


def test_an_animation_is_marked_in_every_frame_and_the_mark_is_decoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[bytes] = []

    def counted(body: bytes, *given: Any) -> Image.Image:
        reads.append(body)
        return read_mark(body, *given)

    monkeypatch.setattr("edge.image.operations.read_mark", counted)
    mark = make_operation("watermark", **NEEDED["watermark"], corner="center", size=50)
    image = opened(applied(GIF, mark, format_class="webp"))
    assert all(near(pixel(frame, 0.5, 0.5), (250, 0, 250), 12) for frame in ImageSequence.Iterator(image))
    assert reads == [MARK]


def test_an_animation_is_not_cropped_to_an_ellipse() -> None:
    rendered = applied(GIF, make_operation("round_crop"), format_class="webp")
    assert (rendered.width, rendered.height) == (60, 40)
    assert (applied(GIF, make_operation("round_crop"), format_class="jpeg").width) == 40


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        (make_operation("extract", left=390, top=0, width=20, height=5), "extract: .* not within the image"),
        (make_operation("extend", left=4000), "extend: .* a side may have 4096"),
        (make_operation("linear", factors=[1, 2, 3, 4], offsets=[0, 0, 0, 0]), "linear: .* takes 1 or 3"),
        (make_operation("linear", factors=[1, 2, 3], offsets=[0]), "linear: "),
    ],
)
def test_arguments_that_do_not_fit_the_image_are_named(operation: Operation, message: str) -> None:
    with pytest.raises(BadRequest, match=message):
        applied(PNG, operation)


def test_operations_that_take_too_long_are_refused_before_they_begin() -> None:
    sequence = OperationSequence((make_operation("median", size=5),), {}, POLICY)
    with pytest.raises(BadRequest, match="take too long for 4096 × 4096"):
        sequence.apply(Image.new("L", (4096, 4096)))
    with pytest.raises(BadRequest, match="too long"):
        sequence.apply(Image.new("L", (400, 400)), frames=200)
    assert sequence.apply(Image.new("L", (400, 400))).size == (400, 400)


def bomb() -> bytes:
    """A PNG of a few hundred bytes that declares a gigapixel."""
    body = saved(Image.new("L", (1, 1)), "png")
    return body[:16] + (40_000).to_bytes(4, "big") + (40_000).to_bytes(4, "big") + body[24:]


@pytest.mark.parametrize("body", [b"", b"%PDF-1.7 nothing", MARK[:60], bomb()], ids=["empty", "pdf", "cut", "bomb"])
@pytest.mark.parametrize("name", ["overlay", "watermark"])
def test_an_overlay_that_cannot_be_read_is_not_the_originals_fault(name: str, body: bytes) -> None:
    operation = make_operation(name, **NEEDED[name])
    for overlays in ({("logo.png", "0a1b2c3d"): body}, {}, {("logo.png", "00000000"): MARK}):
        with pytest.raises(OverlayUnavailable) as raised:
            render(PNG, Edits(Recipe(), operations=(operation,)), "webp", overlays=overlays, policy=POLICY)
        assert "logo.png" in raised.value.message


@settings(max_examples=40)
@given(data=st.data())
def test_any_sequence_gives_an_image_or_names_its_mistake(data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.sampled_from(EVERY), max_size=5))
    margins = st.builds(lambda left, top: make_operation("extend", left=left, top=top), *[st.integers(0, 9)] * 2)
    areas = st.builds(
        lambda left, top, width, height: make_operation("extract", left=left, top=top, width=width, height=height),
        *[st.integers(0, 20)] * 4,
    )
    chosen += data.draw(st.lists(margins | areas, max_size=3))
    mode = data.draw(st.sampled_from(["L", "LA", "RGB", "RGBA"]))
    size = data.draw(st.tuples(st.integers(1, 20), st.integers(1, 20)))
    sequence = OperationSequence(tuple(chosen), OVERLAYS, POLICY)
    try:
        result = sequence.apply(noise(size, mode))
    except BadRequest as error:
        assert error.code == ("area_out_of_bounds" if error.message.startswith("extract:") else "operation_invalid")
    else:
        assert result.mode in ("L", "LA", "RGB", "RGBA")
        assert min(result.size) >= 1
