"""What sharp makes of small images: recorded by sharp/reference.mjs."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops

_DOCUMENT = json.loads((Path(__file__).with_name("sharp") / "reference.json").read_text())


@dataclass(frozen=True)
class Reference:
    """``result`` is what sharp's operation ``name`` makes of ``image`` with ``options``."""

    name: str
    options: dict[str, Any]
    image: Image.Image
    result: Image.Image

    def __str__(self) -> str:
        spelled = "-".join(str(value) for value in self.options.values() if not isinstance(value, list))
        return f"{self.name}-{spelled}-{self.image.mode}"


def references(*names: str) -> list[Reference]:
    """Every recorded result of the operations with these names."""
    size = tuple(_DOCUMENT["size"])
    images = {mode: Image.frombytes(mode, size, b64decode(data)) for mode, data in _DOCUMENT["inputs"].items()}
    found = [
        Reference(
            each["name"],
            each["options"],
            images[each["input"]],
            Image.frombytes(each["mode"], tuple(each["size"]), b64decode(each["pixels"])),
        )
        for each in _DOCUMENT["outputs"]
        if each["name"] in names
    ]
    assert found
    return found


def largest_difference(one: Image.Image, other: Image.Image) -> int:
    """Between any two values, colours premultiplied as they are seen."""
    assert one.size == other.size
    pair = [image.convert("RGBA").convert("RGBa") for image in (one, other)]
    return max(int(high) for _, high in ImageChops.difference(*pair).getextrema())  # type: ignore[misc]  # four bands
