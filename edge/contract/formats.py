"""The file formats of originals: their names, file extensions and content types.

This table is all that code outside the engine knows of them. `edge.image.decode.registry` holds the code that reads
each format.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A file format. ``name`` is stored with assets, ``label`` is for people; the preferred extension comes first."""

    name: str
    label: str
    extensions: tuple[str, ...]
    content_type: str


#: The formats that the engine reads.
SOURCES = (
    FileFormat("jpeg", "JPEG", ("jpg", "jpeg", "jpe", "jfif"), "image/jpeg"),
    FileFormat("png", "PNG", ("png", "apng"), "image/png"),
    FileFormat("webp", "WebP", ("webp",), "image/webp"),
    FileFormat("avif", "AVIF", ("avif",), "image/avif"),
    FileFormat("gif", "GIF", ("gif",), "image/gif"),
    FileFormat("tiff", "TIFF", ("tif", "tiff"), "image/tiff"),
    FileFormat("bmp", "BMP", ("bmp",), "image/bmp"),
)
#: Converted at upload: docs/decisions/005-heic.md.
HEIC = FileFormat("heic", "HEIC", ("heic", "heif"), "image/heic")

BY_NAME: Mapping[str, FileFormat] = MappingProxyType({each.name: each for each in SOURCES})
BY_EXTENSION: Mapping[str, FileFormat] = MappingProxyType(
    {extension: each for each in (*SOURCES, HEIC) for extension in each.extensions}
)


def label_of(name: str) -> str:
    """The label of the format ``name``; an unknown name is its own label."""
    return BY_NAME[name].label if name in BY_NAME else name


def labels(conjunction: str) -> str:
    """The labels of all `SOURCES` as a list in a sentence, such as ``JPEG, PNG or GIF`` for ``or``."""
    *most, last = (each.label for each in SOURCES)
    return f"{', '.join(most)} {conjunction} {last}"
