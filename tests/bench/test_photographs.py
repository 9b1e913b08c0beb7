"""The photographs, and sheets made of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.bench.drawn import noise, noise_photographs
from tests.bench.photographs import mosaic, of_size, photographs


def test_the_bundled_photographs_exist() -> None:
    assert [photo.name for photo in photographs(None)] == ["astronaut", "chelsea", "coffee", "rocket", "retina"]
    assert all(photo.path.is_file() for photo in photographs(None))


def test_private_photographs_are_named_by_their_sizes_only(tmp_path: Path) -> None:
    assert [photo.name for photo in noise_photographs(tmp_path, (30, 20), (10, 40))] == ["30×20", "10×40"]


def test_a_folder_without_images_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="JPEG, PNG, WebP or AVIF"):
        photographs(tmp_path)


def test_a_photograph_of_the_exact_size_is_used_unchanged(tmp_path: Path) -> None:
    photos = noise_photographs(tmp_path, (90, 60), (30, 20), (60, 40))
    assert np.array_equal(np.asarray(of_size(photos, (30, 20))), np.asarray(photos[1].pixels()))


def test_a_small_sheet_does_not_enlarge_its_photographs() -> None:
    picture = noise((50, 30))
    sheet = np.asarray(mosaic([picture], (200, 90)))
    pieces = {sheet[top : top + 30, left : left + 50].tobytes() for top in (0, 30, 60) for left in (0, 50, 100, 150)}
    pixels = np.asarray(picture)
    assert pieces == {pixels.tobytes(), pixels[:, ::-1].tobytes()}


def test_a_large_sheet_enlarges_its_photographs_and_is_reproducible() -> None:
    plain = Image.new("RGB", (40, 30), (128, 128, 128))
    sheet = np.asarray(mosaic([plain], (480, 270))).astype(float)
    assert abs(sheet.mean() - 128) < 0.1
    assert 2.5 < sheet.std() < 3.5
    assert np.array_equal(sheet, np.asarray(mosaic([plain], (480, 270))))
