"""The photographs that are measured: those of a folder, or those included in scikit-image.

An input larger than all of them is a sheet of about a dozen photographs. If a dozen do not fill it, they are enlarged
by an integer factor and get sensor noise. The enlargement does not affect results: outputs are at least that much
smaller, and the noise gives decoders as many bytes per pixel as a camera does (0.2; enlarging alone would give 0.1).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

#: Public domain (astronaut, rocket) and CC0 (chelsea, coffee, retina). Without the Hubble image: points of light on
#: black are not typical photographs, and every resize scores badly on them.
#: https://scikit-image.org/docs/stable/api/skimage.data.html
_BUNDLED = ("astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg", "retina.jpg")
_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".avif"})


@dataclass(frozen=True, slots=True)
class Photograph:
    path: Path
    #: The name in the report: scikit-image's, or the size if the file is private.
    name: str

    def pixels(self) -> Image.Image:
        """Opaque RGB, upright, on white."""
        with Image.open(self.path) as image:
            upright = ImageOps.exif_transpose(image).convert("RGBA")
        ground = Image.new("RGBA", upright.size, "white")
        return Image.alpha_composite(ground, upright).convert("RGB")


def photographs(folder: Path | None) -> list[Photograph]:
    """Those in ``folder``, or scikit-image's. Raises `FileNotFoundError` if there are none."""
    if folder is None:
        return [Photograph(path, path.stem) for path in _bundled()]
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES)
    if not paths:
        raise FileNotFoundError(f"{folder} has no JPEG, PNG, WebP or AVIF files.")
    return [Photograph(path, _size_as_name(path)) for path in paths]


def _bundled() -> list[Path]:
    found = find_spec("skimage")  # importing it would take a second
    if found is None or found.origin is None:
        raise FileNotFoundError("scikit-image is not installed. Run pip install -r requirements-dev.txt.")
    return [Path(found.origin).with_name("data") / name for name in _BUNDLED]


def _size_as_name(path: Path) -> str:
    with Image.open(path) as image:
        return f"{image.width}×{image.height}"


def of_size(photos: Sequence[Photograph], size: tuple[int, int]) -> Image.Image:
    """An image of this size: the smallest photograph that is large enough, else a sheet of several."""
    pictures = [photo.pixels() for photo in photos]
    enough = [picture for picture in pictures if picture.width >= size[0] and picture.height >= size[1]]
    if enough:
        return ImageOps.fit(min(enough, key=lambda picture: picture.width * picture.height), size, _FINEST)
    return mosaic(pictures, size)


_FINEST = Image.Resampling.LANCZOS


def mosaic(pictures: Sequence[Image.Image], size: tuple[int, int]) -> Image.Image:
    """A sheet of randomly cropped and mirrored pieces of ``pictures``; the same on every run."""
    least = min(picture.width for picture in pictures), min(picture.height for picture in pictures)
    times = max(1, round((size[0] * size[1] / (least[0] * least[1] * _TILES)) ** 0.5))
    width, height = least[0] * times, least[1] * times
    chance = random.Random(f"{size}")  # noqa: S311
    sheet = Image.new("RGB", size)
    number = 0
    for top in range(0, size[1], height):
        for left in range(0, size[0], width):
            piece = _piece(pictures[number % len(pictures)], least, chance)
            sheet.paste(piece.resize((width, height), _FINEST), (left, top))
            number += 1
        number += 1  # else each column would repeat one photograph
    return _with_grain(sheet) if times > 1 else sheet


_TILES = 12
_GRAIN = 3.0


def _piece(picture: Image.Image, size: tuple[int, int], chance: random.Random) -> Image.Image:
    left, top = chance.randint(0, picture.width - size[0]), chance.randint(0, picture.height - size[1])
    piece = picture.crop((left, top, left + size[0], top + size[1]))
    return ImageOps.mirror(piece) if chance.random() < 0.5 else piece


def _with_grain(image: Image.Image) -> Image.Image:
    """``image`` with noise of three levels, equal in all channels."""
    pixels = np.asarray(image)
    noise = np.random.default_rng(0).standard_normal(pixels.shape[:2], np.float32) * _GRAIN
    return Image.fromarray(np.clip(np.rint(pixels + noise[..., None]), 0, 255).astype(np.uint8))
