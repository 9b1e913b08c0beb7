"""The input files: photographs of 0.3 to 24 megapixels in each format, written once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tests.bench.photographs import Photograph, of_size

#: Megapixels, as in the tables, to sizes.
SIZES = {"0.3": (640, 427), "2": (1632, 1224), "6": (3000, 2000), "13": (4160, 3120), "24": (6000, 4000)}
KINDS = ("JPEG", "PNG", "PNG alpha", "WebP", "AVIF")
#: Encoder options as cameras and image editors use them.
_OPTIONS: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 90, "subsampling": "4:2:0", "optimize": True},
    "JPEG progressive": {"quality": 90, "subsampling": "4:2:0", "progressive": True},
    "PNG": {"compress_level": 6},
    "WebP": {"quality": 85, "method": 4},
    "AVIF": {"quality": 75, "speed": 8, "subsampling": "4:2:0", "codec": "aom", "max_threads": 1},
}
#: Increase when the same photographs lead to different files.
_REVISION = 2


@dataclass(frozen=True, slots=True)
class Input:
    """One file. ``megapixels`` is nominal, ``size`` is exact."""

    kind: str
    megapixels: str
    size: tuple[int, int]
    path: Path

    @property
    def alpha(self) -> bool:
        return "alpha" in self.kind

    @property
    def name(self) -> str:
        return f"{self.kind} {self.megapixels} MP"


@dataclass(frozen=True)
class InputFiles:
    """Writes input files, and finds those of earlier runs."""

    folder: Path
    photos: Sequence[Photograph]
    #: Whether the photographs are the user's own, so that others cannot repeat the run.
    private: bool = False
    _sheets: dict[tuple[int, int], Image.Image] = field(default_factory=dict)

    def input(self, kind: str, megapixels: str) -> Input:
        return self.make(kind, megapixels, SIZES[megapixels])

    def make(self, kind: str, name: str, size: tuple[int, int]) -> Input:
        """A file of this kind and size."""
        spelled = f"{kind.replace(' ', '-')}-{size[0]}x{size[1]}.{_suffix(kind)}"
        path = self._kept(spelled, lambda to: self._write(kind, size, to))
        return Input(kind, name, size, path)

    def exactly(self, kind: str, size: tuple[int, int]) -> Input:
        """A photograph of exactly this kind and size if there is one, else a file made of them."""
        for photo in self.photos:
            with Image.open(photo.path) as image:
                if image.size == size and image.format == kind.split()[0] and ("A" in image.mode) == ("alpha" in kind):
                    return Input(kind, f"{size[0] * size[1] / 1e6:.1f}", size, photo.path)
        return self.make(kind, f"{size[0] * size[1] / 1e6:.1f}", size)

    def drawn(self, kind: str, name: str, side: int) -> Input:
        """A gradient, for sizes larger than any photograph."""
        path = self._kept(f"drawn-{kind.replace(' ', '-')}-{side}.{_suffix(kind)}", lambda to: _draw(kind, side, to))
        return Input(kind, name, (side, side), path)

    def lossless(self, name: str, make: Callable[[], Image.Image]) -> Path:
        """Pixels to encode, as a PNG file."""
        return self._kept(f"{name}.png", lambda to: make().save(to, "PNG", compress_level=1))

    def _write(self, kind: str, size: tuple[int, int], path: Path) -> None:
        image = self._sheet(size)
        if "alpha" in kind:
            image = cut_out(image)
        _save(image, kind, path)

    def _sheet(self, size: tuple[int, int]) -> Image.Image:
        if size not in self._sheets:
            self._sheets.clear()  # a sheet takes up to 72 MB
            self._sheets[size] = of_size(self.photos, size)
        return self._sheets[size]

    def _kept(self, name: str, make: Callable[[Path], None]) -> Path:
        path = self.folder / self._family / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_name("partial-" + name)
            make(partial)
            partial.replace(path)
        return path

    @property
    def _family(self) -> str:
        """Identifies the photographs, so that files made of others are not used."""
        facts = [(photo.path.name, photo.path.stat().st_size) for photo in self.photos]
        return hashlib.sha256(repr((_REVISION, facts)).encode()).hexdigest()[:12]


def _suffix(kind: str) -> str:
    return kind.split()[0].lower()


def _save(image: Image.Image, kind: str, path: Path) -> None:
    name = kind.split()[0]
    image.save(path, name, **_OPTIONS.get(kind, _OPTIONS[name]))


def _draw(kind: str, side: int, path: Path) -> None:
    image = Image.linear_gradient("L").resize((side, side))
    _save(Image.merge("RGBA" if "alpha" in kind else "RGB", [image] * (4 if "alpha" in kind else 3)), kind, path)


def cut_out(image: Image.Image) -> Image.Image:
    """``image`` in an oval with a soft edge, like a product photo; transparent pixels are black."""
    across = np.linspace(-1, 1, image.width, dtype=np.float32)
    down = np.linspace(-1, 1, image.height, dtype=np.float32)[:, None]
    alpha = np.clip((1 - np.hypot(across, down)) * 20, 0, 1)
    pixels = np.dstack([np.asarray(image), np.round(alpha * 255).astype(np.uint8)])
    pixels[alpha == 0] = 0
    return Image.fromarray(pixels)
