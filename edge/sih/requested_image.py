"""What a URL asks for, whichever grammar it is written in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

#: Edits by name, in their order, with arguments as JSON has them.
EditMap = Mapping[str, Any]
#: More filters or edits than these are refused: each may be work on every pixel.
MAX_EDITS = 32


@dataclass(frozen=True, slots=True)
class RequestedImage:
    """``edits`` are in the vocabulary of that product's JSON, which all its other grammars are translated to.

    Without a ``bucket`` the first one of the site is meant. ``by_path`` says that the edits come from a path, whose
    quality holds for whatever format the image gets.
    """

    key: str
    edits: EditMap
    bucket: str | None = None
    output_format: str | None = None
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    by_path: bool = False
