"""Images for the tests of the benchmark."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from tests.bench.photographs import Photograph, photographs


def noise(size: tuple[int, int], seed: int = 0) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), np.uint8))


def noise_photographs(folder: Path, *sizes: tuple[int, int]) -> list[Photograph]:
    for number, size in enumerate(sizes):
        noise(size, number).save(folder / f"{number}.png")
    return photographs(folder)
