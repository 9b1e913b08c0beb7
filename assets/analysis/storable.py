"""Replies as databases store them: no character or number that one of them refuses, and nothing without bounds.

PostgreSQL stores no NUL, in JSON neither, and no JSON has half of a surrogate pair or NaN.
https://www.postgresql.org/docs/current/datatype-json.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from assets.errors import PermanentFailure

#: Rekognition answers with at most 100 faces, 100 words and the 50 labels that it is asked for.
MAX_ITEMS = 200
MAX_STRING = 2000
MAX_TEXT = 20_000
_MAX_DEPTH = 12
_MAX_BYTES = 2_000_000
_LARGEST = 2**53
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def storable_text(text: str, longest: int = MAX_STRING) -> str:
    """``text``, with a replacement character for each one that cannot be stored, and cut off after ``longest``."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text[:longest])


def storable_reply(reply: Mapping[str, Any]) -> dict[str, Any]:
    """``reply`` as JSON. What a list or a text has beyond the bounds is left out.

    Raises `PermanentFailure` if it is still too large: that is no reply of an analyser.
    """
    found: dict[str, Any] = _storable(reply, _MAX_DEPTH)
    if (size := len(json.dumps(found))) > _MAX_BYTES:
        raise PermanentFailure(f"The analyser's reply has {size:,} bytes; at most {_MAX_BYTES:,} can be stored.")
    return found


def _storable(value: Any, depth: int) -> Any:
    """``value`` as JSON; None for what JSON has not, and for what is nested too deeply."""
    if isinstance(value, str):
        return storable_text(value)
    if isinstance(value, int | float):
        return value if -_LARGEST <= value <= _LARGEST else None  # NaN is not
    if not depth:
        return None
    if isinstance(value, Mapping):
        names = list(value)[:MAX_ITEMS]
        return {storable_text(str(name)): _storable(value[name], depth - 1) for name in names}
    if isinstance(value, list | tuple):
        return [_storable(each, depth - 1) for each in value[:MAX_ITEMS]]
    return None
