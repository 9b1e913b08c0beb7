"""Which format an image is answered in.

The one that the edits insist on, else the browser's, else the requested one, else the original's.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

from edge.contract import formats
from edge.contract.formats import FileFormat
from edge.sih.edit_table import FORMATS
from edge.sih.translation import Translation

_BY_TYPE: Mapping[str, FileFormat] = MappingProxyType({each.content_type: each for each in formats.SOURCES})
#: For originals in a format that nothing is answered in: JPEG, PNG where there is transparency, GIF where it moves.
_BASIC = "basic"


def choose_class(translation: Translation, auto: Collection[str], accept: str, original: str) -> str:
    """The class of formats. ``auto`` are those that a browser gets if its ``Accept`` header names them.

    ``original`` is the format's name. Quality values of ``Accept`` do not count, as in that product.
    """
    if translation.format:
        return translation.format
    browsers = next((name for name in auto if f"image/{name}" in accept), None)
    return browsers or translation.preferred or (original if original in FORMATS else _BASIC)


def original_format(key: str, content_type: str = "") -> str:
    """The name of the format of an original, by its content type or else its key; empty if neither tells."""
    found = _BY_TYPE.get(content_type) or formats.BY_EXTENSION.get(key.rpartition(".")[2].lower())
    return found.name if found else ""


def is_opaque(format_name: str) -> bool:
    """Whether no image of that format is transparent."""
    return format_name == "jpeg"
