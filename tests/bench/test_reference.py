"""The reference's resampling, on images with a known result."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.bench.reference import Averaging, References, resample, resized, to_linear, to_srgb


def test_srgb_to_linear_light_and_back_is_lossless() -> None:
    levels = np.arange(256, dtype=np.uint8)
    assert (to_srgb(to_linear(levels)) == levels).all()
    assert abs(float(to_linear(np.array([188], np.uint8))[0]) - 0.5) < 0.01


@pytest.mark.parametrize(("averaging", "wanted"), [(Averaging.GAMMA, 128), (Averaging.LINEAR, 188)])
def test_black_and_white_lines_become_the_mean_of_their_values_or_of_their_light(
    averaging: Averaging, wanted: int
) -> None:
    lines = np.zeros((64, 64, 3), np.uint8)
    lines[::2] = 255
    grey = np.asarray(resized(Image.fromarray(lines), (64, 8), averaging))
    assert np.abs(grey[2:-2].astype(int) - wanted).max() <= 1


def test_gradients_and_flat_areas_keep_their_values() -> None:
    ramp = np.repeat(np.linspace(0, 1, 400, dtype=np.float32)[None, :, None], 90, axis=0)
    small = resample(ramp, (40, 9))[:, :, 0]
    expected = (np.arange(40) * 10 + 4.5) / 399
    assert np.abs(small[:, 3:-3] - expected[3:-3]).max() < 1e-3
    assert np.abs(resample(np.full((50, 70, 3), 0.25, np.float32), (13, 7)) - 0.25).max() < 1e-5


@pytest.mark.parametrize("averaging", Averaging)
def test_the_same_size_keeps_all_pixels(averaging: Averaging) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (40, 30, 3), np.uint8)
    assert (np.asarray(resized(Image.fromarray(noise), (30, 40), averaging)) == noise).all()


@pytest.mark.parametrize("averaging", Averaging)
def test_transparent_pixels_do_not_affect_colours(averaging: Averaging) -> None:
    halves = Image.new("RGBA", (80, 80), (0, 255, 0, 0))
    halves.paste((255, 0, 0, 255), (0, 0, 40, 80))
    pixels = np.asarray(resized(halves, (11, 11), averaging))
    seen = pixels[pixels[..., 3] > 20]
    assert len(seen)
    assert (seen[:, 0] == 255).all()
    assert (seen[:, 1] == 0).all()


def test_a_reference_is_computed_once(tmp_path: Path) -> None:
    source = tmp_path / "source.png"
    Image.linear_gradient("L").convert("RGB").save(source)
    references = References(tmp_path / "references")
    path = references.of(source, (32, 32))
    before = path.stat().st_mtime_ns
    assert references.of(source, (32, 32)).stat().st_mtime_ns == before
    assert references.of(source, (32, 32), Averaging.LINEAR) != path
    with Image.open(path) as image:
        assert image.size == (32, 32)
