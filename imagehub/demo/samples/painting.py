"""Drawing helpers for the sample images: gradients, noise, ridges and light, with Pillow alone.

Every function is deterministic: random numbers come from a given seed. Masks are greyscale images.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from random import Random

from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageOps

Size = tuple[int, int]
Stops = Sequence[tuple[float, str]]

_BICUBIC = Image.Resampling.BICUBIC


def vertical_gradient(size: Size, stops: Stops) -> Image.Image:
    """A gradient from top (0) to bottom (1) through the colours at ``stops``."""
    column = Image.new("RGB", (1, 256))
    column.putdata([_mix(stops, row / 255) for row in range(256)])
    return column.resize(size, _BICUBIC)


def _mix(stops: Stops, at: float) -> tuple[int, ...]:
    above = next((index for index, (place, _) in enumerate(stops) if place >= at), len(stops) - 1)
    (start, first), (end, second) = stops[max(above - 1, 0)], stops[above]
    share = min(max((at - start) / (end - start), 0), 1) if end > start else 1
    pairs = zip(ImageColor.getrgb(first), ImageColor.getrgb(second), strict=True)
    return tuple(round(low + (high - low) * share) for low, high in pairs)


def noise(size: Size, cells: Size, seed: int) -> Image.Image:
    """Smooth noise with ``cells`` cells across and down."""
    grid = Image.frombytes("L", cells, Random(seed).randbytes(cells[0] * cells[1]))  # noqa: S311  # for drawing, not for secrets
    return grid.resize(size, _BICUBIC)


def clouds(size: Size, cells: Size, seed: int, octaves: int = 4) -> Image.Image:
    """Fractal noise: each octave is twice as fine and half as strong as the one before."""
    result = noise(size, cells, seed)
    for octave in range(1, octaves):
        finer = noise(size, (cells[0] << octave, cells[1] << octave), seed + octave)
        result = Image.blend(result, finer, 1 / (2**octave + 1))
    return ImageOps.autocontrast(result)


def relief(size: Size, cells: Size, seed: int, slope: Size, strength: int, level: int) -> Image.Image:
    """Rough ground lit from one side: brightness is how much the noise rises along ``slope``, in pixels."""
    margin = 8
    ground = clouds((size[0] + 2 * margin, size[1] + 2 * margin), cells, seed, 6)
    box = (margin, margin, margin + size[0], margin + size[1])
    return ImageChops.subtract(ground, ImageChops.offset(ground, *slope), 1 / strength, level).crop(box)


def smoothstep(mask: Image.Image, low: int, high: int, top: int = 255) -> Image.Image:
    """``mask`` with values up to ``low`` mapped to 0, from ``high`` on to ``top``, and a smooth curve between."""

    def rise(value: int) -> int:
        share = min(max((value - low) / (high - low), 0), 1)
        return round(top * share * share * (3 - 2 * share))

    return mask.point([rise(value) for value in range(256)])


def mask_below(size: Size, crest: Callable[[float], float]) -> Image.Image:
    """A mask of the area below the curve ``crest``, which maps x (0 to 1) to y (0 at the top, 1 at the bottom)."""
    width, height = size[0] * 2, size[1] * 2
    line = [(x, crest(x / width) * height) for x in range(0, width + 4, 4)]
    mask = Image.new("L", (width, height))
    ImageDraw.Draw(mask).polygon([(0, height), *line, (width, height)], fill=255)
    return mask.reduce(2)


def paint(canvas: Image.Image, colour: str | Image.Image, mask: Image.Image, at: Size = (0, 0)) -> None:
    """Paste a colour or an image onto the canvas through ``mask``."""
    if isinstance(colour, str):
        canvas.paste(ImageColor.getrgb(colour), (*at, at[0] + mask.width, at[1] + mask.height), mask)
    else:
        canvas.paste(colour, at, mask)


def disc(diameter: int, softness: float = 1.0) -> Image.Image:
    """A round mask: 255 in the centre, falling to 0 at the rim over ``softness`` of the radius."""
    fall = ImageChops.invert(Image.radial_gradient("L").resize((diameter, diameter), _BICUBIC))
    rim = 255 - 181  # Pillow's radial gradient reaches 181 at the middle of a side and 255 in the corners
    return smoothstep(fall, rim, rim + round(181 * max(softness, 0.02)))


def round_mask(size: int) -> Image.Image:
    """A circle with smooth edges that fills a square of ``size`` pixels."""
    mask = Image.new("L", (size * 2, size * 2))
    ImageDraw.Draw(mask).ellipse((4, 4, size * 2 - 5, size * 2 - 5), fill=255)
    return mask.reduce(2)


def glow(canvas: Image.Image, centre: tuple[float, float], diameter: int, colour: str, strength: float = 1.0) -> None:
    """Add light in ``colour`` around ``centre``, given as fractions of the canvas."""
    left = round(centre[0] * canvas.width - diameter / 2)
    top = round(centre[1] * canvas.height - diameter / 2)
    box = (max(left, 0), max(top, 0), min(left + diameter, canvas.width), min(top + diameter, canvas.height))
    mask = disc(diameter).crop((box[0] - left, box[1] - top, box[2] - left, box[3] - top))
    light = ImageOps.colorize(mask.point(lambda value: value * strength), "black", colour)
    canvas.paste(ImageChops.screen(canvas.crop(box), light), box)


def shift_rows(image: Image.Image, shift: Callable[[float], float], strip: int = 8) -> Image.Image:
    """``image`` with each row moved sideways by ``shift(y)`` pixels, y from 0 to 1."""
    width, height = image.size
    mesh = []
    for top in range(0, height, strip):
        bottom = min(top + strip, height)
        upper, lower = shift(top / height), shift(bottom / height)
        mesh.append(((0, top, width, bottom), (upper, top, lower, bottom, width + lower, bottom, width + upper, top)))
    return image.transform(image.size, Image.Transform.MESH, mesh, Image.Resampling.BILINEAR)


def grain(image: Image.Image, seed: int, strength: int = 6) -> Image.Image:
    """``image`` with fine noise, which also hides banding in its gradients."""
    width, height = image.size
    raw = Random(seed).randbytes(1 << 20)  # noqa: S311  # for drawing, not for secrets
    tile = Image.frombytes("L", (1024, 1024), raw).point(lambda value: 128 + (value - 128) * strength / 128)
    layer = Image.new("L", image.size)
    for left in range(0, width, 1024):
        for top in range(0, height, 1024):
            layer.paste(tile, (left, top))
    return ImageChops.add(image, Image.merge("RGB", [layer] * 3), 1, -128)


def ridge_line(base: float, height: float, seed: int, rough: float = 0.55) -> list[float]:
    """A rugged crest as 257 heights, by midpoint displacement."""
    chance = Random(seed)  # noqa: S311  # for drawing, not for secrets
    line = [chance.random() for _ in range(5)]
    reach = 0.5
    while len(line) < 257:
        middles = [(a + b) / 2 + (chance.random() - 0.5) * reach for a, b in pairwise(line)]
        line = [point for pair in zip(line, middles, strict=False) for point in pair] + line[-1:]
        reach *= rough
    return [base - height * point for point in line]


def interpolate(line: list[float], x: float) -> float:
    """The height of ``line`` at x from 0 to 1."""
    left = min(max(int(x * 256), 0), 255)
    return line[left] + (line[left + 1] - line[left]) * (x * 256 - left)
