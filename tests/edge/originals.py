"""Originals to render, a fallback image, and what is in replies."""

from __future__ import annotations

import json
import struct
from base64 import b64decode
from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image

from edge.contract import policy
from edge.contract.original import OriginalFacts
from edge.storage.objects.directory import DirectoryStore

POLICY = policy.load_policy()
OLD, NEW = OriginalFacts("00000001"), OriginalFacts("00000002")
#: A GIF of 44 bytes that claims 65535 × 66601 pixels.
BOMB = (
    b"GIF89a"
    + struct.pack("<HHBBB", 65535, 65535, 0x80, 0, 0)
    + bytes(6)
    + b"\x2c"
    + struct.pack("<HHHHB", 0, 1066, 65535, 65535, 0)
    + b"\x08\x01\x00\x00\x3b"
).ljust(44, b"\0")


def jpeg(colour: str = "red", size: tuple[int, int] = (640, 480)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


@cache
def noisy_png(side: int) -> bytes:
    out = BytesIO()
    Image.merge("RGB", [Image.effect_noise((side, side), 90) for _ in range(3)]).save(out, "PNG", compress_level=1)
    return out.getvalue()


FALLBACK_KEY = "config/fallback/1f2e3d4c.96c24d99"
FALLBACK = jpeg("grey", (80, 60))


def body_of(response: Any) -> bytes:
    return b64decode(response["body"])


def code_of(response: Any) -> Any:
    """The error code of a JSON body."""
    return json.loads(response["body"])["code"]


def decoded(response: Any) -> Image.Image:
    return Image.open(BytesIO(body_of(response)))


def stored_variants(store: DirectoryStore) -> list[str]:
    return list(store.list("variants/"))
