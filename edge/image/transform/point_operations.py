"""Operations on single pixels, as sharp defines them: https://sharp.pixelplumbing.com/api-operation/

Each takes an image in L, LA, RGB or RGBA. Alpha stays as it is, unless the operation says otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image

from edge.image.colour import background, cielab
from edge.image.transform.strip_colours import map_colours

_VALUES = range(256)


def negate(image: Image.Image, *, alpha: bool = True) -> Image.Image:
    """The negative; ``alpha``: of the alpha channel too."""
    inverse = [255 - value for value in _VALUES]
    return _by_tables(image, [inverse] * _colours(image), inverse if alpha else None)


def linear(image: Image.Image, factors: Sequence[float], offsets: Sequence[float]) -> Image.Image:
    """Every value times a factor plus an offset: one pair for all colours, or one pair for each channel.

    Pairs for each channel may include alpha. Raises `ValueError` if they fit neither.
    """
    colours, pairs = _colours(image), list(zip(factors, offsets, strict=True))
    if len(pairs) not in (1, colours, len(image.mode)):
        raise ValueError(f"An image with {len(image.mode)} channels takes 1 or {colours} factors, not {len(pairs)}.")
    tables = [[_clipped(factor * value + offset) for value in _VALUES] for factor, offset in pairs]
    if len(tables) == 1:
        tables *= colours
    return _by_tables(image, tables[:colours], tables[colours] if len(tables) > colours else None)


def gamma(image: Image.Image, before: float, after: float) -> Image.Image:
    """Raised to the power ``before``, and then to that of one by ``after``: between the two, sharp resizes."""
    darkened = [_clipped(255 * (value / 255) ** before) for value in _VALUES]
    table = [_clipped(255 * (value / 255) ** (1 / after)) for value in darkened]
    return _by_tables(image, [table] * _colours(image))


def grayscale(image: Image.Image) -> Image.Image:
    """The luminance, in L or LA: measured in linear light, so saturated colours are lighter than with a recipe."""
    return map_colours(image, "L", cielab.luminance)


def tint(image: Image.Image, colour: str) -> Image.Image:
    """The luminance in the hue of ``colour``, ``rrggbb``, in RGB or RGBA: strongest in the middle greys.

    Gray images are tinted too, which sharp does not do.
    """
    table = _tint_table(colour)
    return map_colours(image, "RGB", lambda strip: _tinted(cielab.luminance(strip), table))


def threshold(image: Image.Image, value: int, *, grayscale: bool = True) -> Image.Image:
    """255 where a pixel's luminance is at least ``value``, else 0: in L or LA. Without ``grayscale`` for each channel.

    It applies to the alpha channel, too.
    """
    table = [255 * (each >= value) for each in _VALUES]
    grey = map_colours(image, "L", cielab.luminance) if grayscale else image
    return _by_tables(grey, [table] * _colours(grey), table)


def flatten(image: Image.Image, colour: str) -> Image.Image:
    """``image`` without its alpha channel, over ``colour``, ``rrggbb``."""
    return background.flatten(image, colour)


def _colours(image: Image.Image) -> int:
    """How many channels of colour an image has."""
    return len(image.mode.removesuffix("A"))


def _clipped(value: float) -> int:
    """As libvips does, without rounding."""
    return int(min(max(value, 0.0), 255.0))


def _by_tables(image: Image.Image, colours: Sequence[Sequence[int]], alpha: Sequence[int] | None = None) -> Image.Image:
    """``image`` with each value replaced by that of its channel's table."""
    tables = [value for table in colours for value in table]
    if image.mode.endswith("A"):
        tables += _VALUES if alpha is None else alpha
    return image.point(tables)


def _tint_table(colour: str) -> list[int]:
    """A table for the three channels, by luminance."""
    _, a, b = cielab.to_lab(background.parse_colour(colour)[:3])
    rows = []
    for value in _VALUES:
        lightness = cielab.to_lab((value, value, value))[0]
        weight = 1 - 4 * (lightness / 100 - 0.5) ** 2
        rows.append(cielab.to_rgb((lightness, weight * a, weight * b)))
    return [row[channel] for channel in range(3) for row in rows]


def _tinted(grey: Image.Image, table: list[int]) -> Image.Image:
    return Image.merge("RGB", (grey, grey, grey)).point(table)
