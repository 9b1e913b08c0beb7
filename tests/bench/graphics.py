"""``python -m tests.bench.graphics``: what encoding graphics losslessly saves (docs/decisions/017-graphics.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PIL import Image

from edge.contract.policy import load_policy
from edge.image.colour import background
from edge.image.encode import still
from tests.bench.drawings import DRAWINGS

WIDTHS = (150, 300, 720, 1600)
#: The lossy format of each class.
_LOSSY = {"webp": "webp", "avif": "avif", "basic": "jpeg"}
_WHITE = "ffffff"


def gain(image: Image.Image, format_class: str) -> tuple[int, int]:
    """The bytes of the variant, and those of the lossy file that it might have been."""
    quality, name = load_policy().quality, _LOSSY[format_class]
    opaque = background.flatten(image, _WHITE) if name == "jpeg" else image.copy()
    lossy = still.save(opaque, name, still.encoder_options(name, quality, image.size))
    return len(still.encode_still(image.copy(), format_class, quality, _WHITE).body), len(lossy)


def table(drawings: Mapping[str, Callable[[], Image.Image]] = DRAWINGS) -> list[tuple[str, int, float, int, int]]:
    """For each class and width: bytes divided by those of lossy files, how often lossless won, and of how many.

    Class ``basic`` has no lossy format for transparency, so it has opaque drawings only.
    """
    rows = []
    images = [draw() for draw in drawings.values()]
    for format_class in _LOSSY:
        shown = [image for image in images if format_class != "basic" or image.mode == "RGB"]
        for width in WIDTHS:
            gains = [gain(_reduced(image, width), format_class) for image in shown]
            share = sum(ours for ours, _ in gains) / sum(lossy for _, lossy in gains)
            rows.append((format_class, width, share, sum(ours < lossy for ours, lossy in gains), len(gains)))
    return rows


def _reduced(image: Image.Image, width: int) -> Image.Image:
    if image.width == width:
        return image
    return image.resize((width, round(image.height * width / image.width)), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    for format_class, width, share, won, count in table():
        print(f"{format_class:<6} {width:>5} px   ×{share:.2f}   lossless wins {won} of {count}")
