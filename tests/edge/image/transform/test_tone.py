"""Stretching lightness and changing colours in CIELAB, as sharp does."""

from __future__ import annotations

import pytest
from PIL import Image

from edge.image.transform import tone
from tests.edge.image.pictures import noise
from tests.edge.image.transform.sharp_reference import Reference, largest_difference, references

MODES = ["L", "LA", "RGB", "RGBA"]


@pytest.mark.parametrize("reference", references("normalise", "modulate"), ids=str)
def test_the_result_is_sharps(reference: Reference) -> None:
    result = getattr(tone, reference.name)(reference.image, **reference.options)
    assert largest_difference(result, reference.result) <= 1
    assert result.mode == reference.image.mode


@pytest.mark.parametrize("mode", MODES)
def test_a_modulation_by_nothing_changes_nothing(mode: str) -> None:
    image = noise((70, 50), mode)
    assert tone.modulate(image).tobytes() == image.tobytes()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1)])
def test_size_and_alpha_stay(mode: str, size: tuple[int, int]) -> None:
    image = noise(size, mode)
    for result in (tone.normalise(image), tone.modulate(image, 1.4, 2, 90, -20)):
        assert (result.mode, result.size) == (mode, size)
        if mode.endswith("A"):
            assert result.getchannel("A").tobytes() == image.getchannel("A").tobytes()


@pytest.mark.parametrize("mode", MODES)
def test_a_plain_image_is_not_stretched(mode: str) -> None:
    plain = Image.new(mode, (30, 20), (90, 120, 30, 200)[-len(mode) :] if len(mode) > 1 else 90)
    assert tone.normalise(plain).tobytes() == plain.tobytes()


def test_stretching_uses_the_whole_range() -> None:
    flat = noise((200, 100), "L").point([100 + value // 8 for value in range(256)])
    low, high = tone.normalise(flat).getextrema()
    assert low <= 12  # type: ignore[operator]  # one band
    assert high >= 245  # type: ignore[operator]  # one band


def test_stretching_in_strips_is_stretching_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    image = noise((60, 70), "RGBA")
    once = tone.normalise(image, 5, 80)
    monkeypatch.setattr("edge.image.strips._STRIP_PIXELS", 400)
    assert tone.normalise(image, 5, 80).tobytes() == once.tobytes()


def test_no_saturation_is_gray_and_hue_turns() -> None:
    red = Image.new("RGB", (1, 1), (200, 40, 40))
    values = tone.modulate(red, saturation=0).getpixel((0, 0))
    assert max(values) - min(values) <= 1  # type: ignore[arg-type]  # RGB
    turned = tone.modulate(red, hue=120).getpixel((0, 0))
    assert max(turned) == turned[1]  # type: ignore[arg-type,index]  # RGB
