"""Originals for the handlers, and what their replies hold."""

from __future__ import annotations

from base64 import b64decode
from io import BytesIO
from typing import Any

from PIL import Image

from edge.contract import policy
from edge.contract.original import OriginalFacts
from edge.storage.objects.directory import DirectoryStore

POLICY = policy.load_policy()
OLD, NEW = OriginalFacts("00000001"), OriginalFacts("00000002")


def picture(colour: str = "red", size: tuple[int, int] = (640, 480)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def noise(side: int) -> bytes:
    out = BytesIO()
    Image.merge("RGB", [Image.effect_noise((side, side), 90) for _ in range(3)]).save(out, "PNG", compress_level=1)
    return out.getvalue()


def pixels(response: Any) -> Image.Image:
    return Image.open(BytesIO(b64decode(response["body"])))


def variants(store: DirectoryStore) -> list[str]:
    return list(store.list("variants/"))
