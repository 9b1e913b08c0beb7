"""The one photograph among the samples: Eileen Collins, by NASA, in the public domain. It comes with scikit-image.

https://scikit-image.org/docs/stable/api/skimage.data.html#skimage.data.astronaut
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from PIL import Image


def path() -> Path | None:
    """Where the file is; None if scikit-image is not installed. `make demo` installs it without its dependencies."""
    found = find_spec("skimage")  # importing it would take a second, and needs its dependencies
    if found is None or found.origin is None:
        return None
    file = Path(found.origin).with_name("data") / "astronaut.png"
    return file if file.exists() else None


def photograph() -> Image.Image:
    """The photograph. Raises `FileNotFoundError` if it is not installed."""
    file = path()
    if file is None:
        raise FileNotFoundError("scikit-image is not installed, which brings the photograph.")
    with Image.open(file) as image:
        return image.convert("RGB")
