"""The references for scores: every pixel decoded, then Lanczos3 in floating point.

The main one averages the encoded values, as browsers and all measured engines do; the other one averages light.
docs/decisions/015-gamma-resizing.md
"""

from __future__ import annotations

import hashlib
from enum import Enum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.float32]
_LOBES = 3


class Averaging(Enum):
    """What a reference averages: the encoded values, or the light that they stand for."""

    GAMMA = "gamma"
    LINEAR = "linear"


def to_linear(values: NDArray[np.uint8]) -> Pixels:
    """sRGB bytes to linear light from 0 to 1 (IEC 61966-2-1)."""
    return _LINEAR[values]


_STEPS = np.arange(256) / 255
_FRACTIONS = _STEPS.astype(np.float32)
_LINEAR = np.where(_STEPS <= 0.04045, _STEPS / 12.92, ((_STEPS + 0.055) / 1.055) ** 2.4).astype(np.float32)


def to_srgb(linear: Pixels) -> NDArray[np.uint8]:
    """Linear light to sRGB bytes, rounded and clipped."""
    light = np.clip(linear, 0, 1)
    return _to_bytes(np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055))


def _to_bytes(values: Pixels) -> NDArray[np.uint8]:
    return np.round(np.clip(values, 0, 1) * 255).astype(np.uint8)


def _to_fractions(values: NDArray[np.uint8]) -> Pixels:
    return _FRACTIONS[values]


_DECODE = {Averaging.GAMMA: _to_fractions, Averaging.LINEAR: to_linear}
_ENCODE = {Averaging.GAMMA: _to_bytes, Averaging.LINEAR: to_srgb}


def resample(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Resize ``pixels`` (rows, columns, channels) to ``size`` (width, height)."""
    rows = _along_rows(pixels, size[1])
    return np.swapaxes(_along_rows(np.ascontiguousarray(np.swapaxes(rows, 0, 1)), size[0]), 0, 1)


def _along_rows(pixels: Pixels, length: int) -> Pixels:
    """Each new row is a weighted sum of nearby old rows; rows beyond the edge have no weight."""
    count = pixels.shape[0]
    scale = count / length
    stretch = max(scale, 1.0)
    flat = pixels.reshape(count, -1)
    result = np.empty((length, flat.shape[1]), np.float32)
    for row in range(length):
        centre = (row + 0.5) * scale
        first = max(0, int(np.floor(centre - _LOBES * stretch)))
        last = min(count, int(np.ceil(centre + _LOBES * stretch)))
        weights = _lanczos((np.arange(first, last) + 0.5 - centre) / stretch)
        result[row] = (weights / weights.sum()).astype(np.float32) @ flat[first:last]
    return result.reshape(length, *pixels.shape[1:])


def _lanczos(distance: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(np.abs(distance) < _LOBES, np.sinc(distance) * np.sinc(distance / _LOBES), 0.0)


def resized(image: Image.Image, size: tuple[int, int], averaging: Averaging = Averaging.GAMMA) -> Image.Image:
    """``image`` (RGB or RGBA) at ``size``; pixels are weighted by their opacity."""
    decode, encode = _DECODE[averaging], _ENCODE[averaging]
    values = np.asarray(image)
    colours = decode(values[..., :3])
    if values.shape[2] == 3:
        return Image.fromarray(encode(resample(colours, size)))
    alpha = _to_fractions(values[..., 3:])
    both = resample(np.concatenate([colours * alpha, alpha], axis=2), size)
    seen = np.clip(both[..., 3:], 0, 1)
    visible = np.divide(both[..., :3], seen, out=np.zeros_like(both[..., :3]), where=seen > 1 / 512)
    return Image.fromarray(np.concatenate([encode(visible), _to_bytes(seen)], axis=2))


class References:
    """References, computed once and cached in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._opened: tuple[Path, Image.Image] | None = None

    def of(self, source: Path, size: tuple[int, int], averaging: Averaging = Averaging.GAMMA) -> Path:
        """The reference for ``source`` at ``size``, as a PNG file."""
        stat = source.stat()
        name = hashlib.sha256(f"{source} {stat.st_size} {stat.st_mtime_ns}".encode()).hexdigest()[:16]
        path = self._folder / f"{name}-{size[0]}x{size[1]}-{averaging.value}.png"
        if not path.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            resized(self._open(source), size, averaging).save(path, compress_level=1)
        return path

    def _open(self, source: Path) -> Image.Image:
        """The source's pixels; the last one is cached, since it is used at several sizes."""
        if self._opened is None or self._opened[0] != source:
            with Image.open(source) as image:
                self._opened = source, image.convert("RGBA" if image.has_transparency_data else "RGB")
        return self._opened[1]
