"""Changing lightness, saturation and hue of whole images, in floats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from PIL import Image

from edge.image.colour import cielab

_ROWS = tuple(zip("xyz", cielab.TO_XYZ, strict=True))


@dataclass(frozen=True, slots=True)
class LabAdjustment:
    """Lightness times ``factor`` plus ``offset``; a and b times the complex number ``real`` and ``imaginary``.

    That number's length changes the saturation, and its angle the hue.
    """

    factor: float = 1
    offset: float = 0
    real: float = 1
    imaginary: float = 0

    def apply(self, image: Image.Image) -> Image.Image:
        """A strip (L or RGB) after the change, in its own mode."""
        if image.mode == "L":
            return image.point([self._grey(value) for value in range(256)])
        from PIL import ImageMath  # imported late: few images need it, every cold start would pay

        light = {name: band.point(_linear_table(), "F") for name, band in zip("rgb", image.split(), strict=True)}
        roots = {name: ImageMath.lambda_eval(partial(_root, row), **light) for name, row in _ROWS}
        shares = {name: ImageMath.lambda_eval(partial(self._share, name), **roots) for name in "xyz"}
        bands = [ImageMath.lambda_eval(partial(_steps, row), **shares) for row in cielab.FROM_XYZ]
        return Image.merge("RGB", [band.point(cielab.encoding_table(), "L") for band in bands])

    def _share(self, name: str, roots: Any) -> Any:
        """X, Y or Z after the change. The operands of `ImageMath` have no types."""
        y = roots["y"] * self.factor + (16 * (1 - self.factor) + self.offset) / 116
        # In CIELAB, a is 500 of the first difference and b is 200 of the second.
        a, b = (roots["x"] - roots["y"]) * 500, (roots["y"] - roots["z"]) * 200
        if name == "x":
            return _power(roots, y + (a * self.real - b * self.imaginary) / 500)
        if name == "z":
            return _power(roots, y - (b * self.real + a * self.imaginary) / 200)
        return _power(roots, y)

    def _grey(self, value: int) -> int:
        lightness = cielab.to_lab((value, value, value))[0]
        return cielab.to_rgb((self.factor * lightness + self.offset, 0, 0))[1]


@cache
def _linear_table() -> list[float]:
    return [cielab.linear(value) for value in range(256)]


def _sum(weights: Sequence[float], names: Any, terms: str) -> Any:
    first, second, third = (names[name] * weight for name, weight in zip(terms, weights, strict=True))
    return first + second + third


def _root(weights: Sequence[float], light: Any) -> Any:
    """X, Y or Z, as CIELAB takes its root."""
    share = _sum(weights, light, "rgb")
    bright, dark = light["max"](share, cielab.DARK), light["min"](share, cielab.DARK)
    return bright ** (1 / 3) + (dark - cielab.DARK) * cielab.SLOPE


def _steps(weights: Sequence[float], shares: Any) -> Any:
    """A channel of the result, in steps of light."""
    light = _sum(weights, shares, "xyz") * cielab.STEPS + 0.5
    return shares["int"](shares["min"](light, cielab.STEPS))


def _power(names: Any, root: Any) -> Any:
    bright, dark = names["max"](root, cielab.DARK_ROOT), names["min"](root, cielab.DARK_ROOT)
    return bright * bright * bright + (dark - cielab.DARK_ROOT) / cielab.SLOPE
