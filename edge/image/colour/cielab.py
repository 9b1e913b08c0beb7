"""Lightness and colour as people perceive them: CIELAB of sRGB, with sRGB's white.

https://en.wikipedia.org/wiki/CIELAB_color_space, https://en.wikipedia.org/wiki/SRGB. Images are converted in floats,
because eight bits of CIELAB would move saturated colours by several values.
"""

from __future__ import annotations

from functools import cache
from math import cbrt

from PIL import Image

Lab = tuple[float, float, float]
Colour = tuple[int, int, int]

_WHITE = (0.95047, 1.0, 1.08883)
#: From linear RGB to shares of the white's X, Y and Z.
TO_XYZ = tuple(
    tuple(weight / white for weight in row)
    for row, white in zip(
        ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.072175), (0.0193339, 0.119192, 0.9503041)),
        _WHITE,
        strict=True,
    )
)
FROM_XYZ = tuple(
    tuple(weight * white for weight, white in zip(row, _WHITE, strict=True))
    for row in (
        (3.2404542, -1.5371385, -0.4985314),
        (-0.969266, 1.8760108, 0.041556),
        (0.0556434, -0.2040259, 1.0572252),
    )
)
#: Up to this share of the white's light, lightness grows linearly.
DARK = 216 / 24389
DARK_ROOT = cbrt(DARK)
SLOPE = 24389 / 27 / 116
#: The steps of light from which `encoding_table` looks up a value.
STEPS = 65535


def to_lab(colour: Colour) -> Lab:
    """CIELAB of an sRGB colour: lightness from 0 to 100."""
    light = [linear(value) for value in colour]
    x, y, z = (_root(sum(weight * each for weight, each in zip(row, light, strict=True))) for row in TO_XYZ)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def to_rgb(colour: Lab) -> Colour:
    """The nearest sRGB colour."""
    lightness, a, b = colour
    y = (lightness + 16) / 116
    light = [_power(each) for each in (y + a / 500, y, y - b / 200)]
    red, green, blue = (
        _encoded(sum(weight * each for weight, each in zip(row, light, strict=True))) for row in FROM_XYZ
    )
    return red, green, blue


def luminance(image: Image.Image) -> Image.Image:
    """The luminance (L) of a strip (L or RGB), encoded as sRGB."""
    return image if image.mode == "L" else _light(image).point(encoding_table(), "L")


def whole_lightness(image: Image.Image) -> Image.Image:
    """The lightness of a strip (L or RGB) without its decimals, from 0 to 100."""
    if image.mode == "L":
        return image.point([int(to_lab((value, value, value))[0]) for value in range(256)])
    return _light(image).point(_lightness_table(), "L")


def linear(value: int) -> float:
    """The light that an sRGB value of 0 to 255 stands for, from 0 to 1."""
    share = value / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


@cache
def encoding_table() -> list[int]:
    """The sRGB value of each of the `STEPS` of light."""
    return [_encoded(step / STEPS) for step in range(STEPS + 1)]


def _light(image: Image.Image) -> Image.Image:
    """The light of each pixel (I), in `STEPS`."""
    from PIL import ImageMath  # imported late: few images need it, every cold start would pay

    red, green, blue = (band.point(table, "I") for band, table in zip(image.split(), _light_tables(), strict=True))
    light: Image.Image = ImageMath.lambda_eval(
        lambda names: names["red"] + names["green"] + names["blue"], red=red, green=green, blue=blue
    )
    return light


def _encoded(light: float) -> int:
    light = min(max(light, 0.0), 1.0)
    return round(255 * (light * 12.92 if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055))


def _root(share: float) -> float:
    return cbrt(share) if share > DARK else DARK_ROOT + (share - DARK) * SLOPE


def _power(root: float) -> float:
    return root**3 if root > DARK_ROOT else DARK + (root - DARK_ROOT) / SLOPE


@cache
def _light_tables() -> list[list[int]]:
    return [[round(STEPS * weight * linear(value)) for value in range(256)] for weight in TO_XYZ[1]]


@cache
def _lightness_table() -> list[int]:
    return [int(116 * _root(step / STEPS) - 16) for step in range(STEPS + 1)]
