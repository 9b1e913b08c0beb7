"""cykooz.resizer, if it can be used: it resizes Pillow's images five to ten times as fast as Pillow.

It reads the C structs of Pillow's images, which no version of Pillow promises to keep. So only pairs of versions that
were tested together are used; with any other, or without the package, `resizer` returns None and logs a warning.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib.util import find_spec
from math import nextafter
from pathlib import Path

import PIL
from PIL import Image

from edge.image.geometry import Box

#: Pillow and cykooz.resizer: tests/edge/image/transform/test_resize.py passes with each pair.
TESTED_VERSIONS = (("13.0.0", "4.0.1"),)

#: Resizes the box of the first image to the whole of the second, of the same mode: L, RGB, RGBA or CMYK.
SimdResize = Callable[[Image.Image, Image.Image, Box], None]

_logger = logging.getLogger(__name__)


def resizer() -> SimdResize | None:
    """The function that resizes with cykooz.resizer; None if that is missing or untested with this Pillow."""
    spec = find_spec("cykooz_resizer")
    if spec is None or not spec.origin:
        _logger.warning("cykooz.resizer is not installed. Resizing with Pillow, which takes five to ten times as long.")
        return None
    tested = [version for pillow, version in TESTED_VERSIONS if pillow == PIL.__version__]
    if not any(_is_version(Path(spec.origin), version) for version in tested):
        _logger.warning(
            "cykooz.resizer %s was not tested with Pillow %s. Resizing with Pillow, which takes five to ten times as "
            "long. Tested pairs of Pillow and cykooz.resizer: %s.",
            _installed_version(), PIL.__version__, ", ".join(" and ".join(pair) for pair in TESTED_VERSIONS),
        )  # fmt: skip
        return None
    return _load()


def _is_version(module: Path, version: str) -> bool:
    """Whether the package's metadata folder is of ``version``: one system call, where `importlib.metadata` takes 40 ms
    of each cold start."""
    return (module.parent.parent / f"cykooz_resizer-{version}.dist-info").is_dir()


def _installed_version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("cykooz.resizer")
    except PackageNotFoundError:
        return "of an unknown version"


def _load() -> SimdResize:
    from cykooz_resizer import CropBox, FilterType, ResizeAlg, ResizeOptions, Resizer

    lanczos = ResizeAlg.convolution(FilterType.lanczos3)
    shared = Resizer()

    def resize(image: Image.Image, result: Image.Image, box: Box) -> None:
        (left, width), (top, height) = (_interval(box[axis], box[axis + 2], image.size[axis]) for axis in (0, 1))
        options = ResizeOptions(lanczos, crop_box=CropBox(left, top, width, height))
        shared.resize_pil(image, result, options)

    return resize


def _interval(start: float, end: float, side: int) -> tuple[float, float]:
    """Start and length of an interval of a ``side``. Their sum never exceeds it, which rounding could cause."""
    length = min(end, side) - start
    while start + length > side:
        length = nextafter(length, 0)
    return start, length
