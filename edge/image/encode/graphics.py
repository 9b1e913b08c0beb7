"""Which images are graphics, such as screenshots, icons and diagrams: a lossless format may make them smaller.

The figures are in docs/decisions/017-graphics.md.
"""

from __future__ import annotations

from PIL import Image

from edge.image.pillow_compat.images import crop

#: What is counted is a sample of at most this many pixels, spread evenly, so that photographs cost no time.
_SAMPLE = 16_384
#: Fewer colours make a graphic, however they are mixed.
_COLOURS = 64
#: Fewer patterns make a graphic: flat areas and gradients have few, photographs, grey ones too, have 4,600 or more.
_PATTERNS = 1280
#: Transparency adds patterns, and lossy formats keep it losslessly.
_PATTERNS_WITH_ALPHA = 4096


def is_graphic(image: Image.Image) -> bool:
    """Whether ``image`` (L, LA, RGB, RGBA) has so few colours that a lossless format may be smaller."""
    sample = _sample(image)
    if sample.getcolors(_COLOURS):
        return True
    most = _PATTERNS_WITH_ALPHA if image.mode.endswith("A") else _PATTERNS
    half = crop(sample, (0, 0, sample.width, (sample.height + 1) // 2))  # enough to recognise most photographs
    return all(_patterns(part).getcolors(most) is not None for part in (half, sample))


def _sample(image: Image.Image) -> Image.Image:
    width, height = image.size
    if width * height <= _SAMPLE:
        return image
    share = (_SAMPLE / (width * height)) ** 0.5
    size = max(1, int(width * share)), max(1, int(height * share))
    return image.resize(size, Image.Resampling.NEAREST)


def _patterns(sample: Image.Image) -> Image.Image:
    """An image (RGB) whose pixels are the lightness of a pixel of ``sample``, of the next and of the one below."""
    grey = sample.convert("L")
    width, height = grey.size
    right, below = max(1, width - 1), max(1, height - 1)
    places = (0, 0), (width - right, 0), (0, height - below)
    return Image.merge("RGB", [crop(grey, (x, y, x + right, y + below)) for x, y in places])
