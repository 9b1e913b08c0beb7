"""Inputs, photographs, scores and workers of the benchmark."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.bench.drawn import noise_photographs
from tests.bench.inputs import InputFiles, cut_out


def test_a_cut_out_is_opaque_in_the_middle_and_transparent_in_the_corners() -> None:
    pixels = np.asarray(cut_out(Image.new("RGB", (60, 40), "red")))
    assert tuple(pixels[20, 30]) == (255, 0, 0, 255)
    assert tuple(pixels[0, 0]) == (0, 0, 0, 0)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "PNG alpha", "WebP", "AVIF"])
def test_an_input_has_the_format_and_size_of_its_name(tmp_path: Path, kind: str) -> None:
    input_files = InputFiles(tmp_path / "made", noise_photographs(tmp_path, (40, 30)))
    made = input_files.make(kind, "tiny", (32, 24))
    with Image.open(made.path) as image:
        assert image.size == (32, 24)
        assert image.format == kind.split()[0].upper()
        assert image.has_transparency_data == made.alpha


def test_a_photograph_of_the_exact_size_and_format_is_the_input(tmp_path: Path) -> None:
    photos = noise_photographs(tmp_path, (40, 30))
    input_files = InputFiles(tmp_path / "made", photos)
    assert input_files.exactly("PNG", (40, 30)).path == photos[0].path
    assert input_files.exactly("PNG alpha", (40, 30)).path != photos[0].path
