"""HEIC photos from ``files``, whole and damaged; files/README.md describes them."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image

FILES = Path(__file__).with_name("files")


UPRIGHT = ["red", "green", "blue", "white"]


def photo(name: str) -> bytes:
    return (FILES / f"{name}.heic").read_bytes()


def opened(body: bytes) -> Image.Image:
    image = Image.open(BytesIO(body))
    image.load()
    return image


#: Files that cannot be decoded, each with the code and part of the message of its refusal.
HOSTILE = {
    "cut short": (photo("plain")[:-200], "source_damaged", "is damaged or incomplete"),
    "its head alone": (photo("plain")[:40], "source_damaged", "is damaged or incomplete"),
    "no codec": (photo("plain").replace(b"hvc1", b"xxx1"), "source_damaged", "is damaged or incomplete"),
    "a grid without end": (photo("grid-lies"), "source_too_large", "65535 × 65535 pixels"),
}
