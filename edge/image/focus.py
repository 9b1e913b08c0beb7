"""Looking at a picture: what its plain border is, and where most happens in it."""

from __future__ import annotations

from functools import reduce
from itertools import accumulate

from PIL import Image, ImageChops, ImageFilter

from edge.image.bands import in_bands
from edge.image.geometry import CENTER, Region, Size
from edge.recipe import Point

_THUMBNAIL = 128


def without_border(image: Image.Image, corner: tuple[int, int], threshold: int) -> Region:
    """The box that is left when all that is like the pixel ``corner``, give or take ``threshold``, is cut off round it.

    The whole picture where nothing would be left. Unlike is what is further off in any channel, transparency
    among them; two colours that nobody sees are alike.
    """
    mode = "RGBa" if image.mode.endswith("A") else "RGB"
    first = _as_seen(image.crop((*corner, corner[0] + 1, corner[1] + 1)), mode).getpixel((0, 0))

    def unlike(band: Image.Image) -> Image.Image:
        difference = ImageChops.difference(_as_seen(band, mode), Image.new(mode, band.size, first))
        return reduce(ImageChops.lighter, difference.split()).point([255 * (by > threshold) for by in range(256)])

    return in_bands(image, "L", unlike).getbbox() or (0, 0, *image.size)


def _as_seen(image: Image.Image, mode: str) -> Image.Image:
    return image.convert(mode[:3] + mode[3:].upper()).convert(mode)


def thumbnail_size(size: tuple[float, float]) -> Size:
    """How small a picture may be looked at by `busiest`."""
    scale = min(1.0, _THUMBNAIL / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def busiest(image: Image.Image, window: Size) -> Point:
    """The point, per mille, round which a window of the shape ``window`` holds most edges."""
    if min(image.size) < 3:
        return CENTER
    edges = _edges(image)
    scale = max(window[0] / edges.width, window[1] / edges.height)
    columns = edges.resize((edges.width, 1), Image.Resampling.BOX)
    rows = edges.resize((1, edges.height), Image.Resampling.BOX)
    return _peak(columns, window[0] / scale), _peak(rows, window[1] / scale)


def _edges(image: Image.Image) -> Image.Image:
    """How much changes at each pixel, as numbers that do not lose what is faint."""
    found = image.convert("RGB").convert("L").filter(ImageFilter.FIND_EDGES)
    edges = Image.new("F", image.size)
    # Pillow's kernels leave the outermost pixels as they were.
    edges.paste(found.crop((1, 1, image.width - 1, image.height - 1)).convert("F"), (1, 1))
    return edges


def _peak(line: Image.Image, length: float) -> int:
    """The middle, per mille, of the run of ``length`` with most energy; of equals the one nearest to the centre."""
    energy = memoryview(line.tobytes()).cast("f").tolist()
    count = max(1, min(round(length), len(energy)))
    sums = list(accumulate(energy, initial=0.0))
    starts = range(len(energy) - count + 1)
    slack = len(energy) - count
    best = max(starts, key=lambda start: (sums[start + count] - sums[start], -abs(2 * start - slack)))
    return round(1000 * (best + count / 2) / len(energy))
