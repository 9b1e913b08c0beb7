"""Asset keys: an asset's public path, such as ``photos/beach.jpg``."""

from __future__ import annotations

import re
import unicodedata

from edge.contract import formats
from edge.contract.errors import BadRequest

MAX_KEY_BYTES = 512
MAX_SEGMENT_BYTES = 255
#: A longer text has more than 512 bytes in NFC too: no character of n bytes decomposes into more than 3n/2 characters.
#: Checked before normalisation, which takes quadratic time for long runs of combining characters.
_MAX_CHARACTERS = 3 * MAX_KEY_BYTES // 2
EXTENSIONS = tuple(formats.BY_EXTENSION)

# ASCII, because otherwise a dotless ı matches i.
_IMAGE_NAME = re.compile(rf"[^/]*\.(?:{'|'.join(EXTENSIONS)})", re.IGNORECASE | re.DOTALL | re.ASCII)
_FORBIDDEN = {"\\": "a backslash", "~": "'~', which CloudFront cannot invalidate", "*": "'*', CloudFront's wildcard"}
_CONTROL_OR_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\\~*]")


def parse_key(text: str) -> str:
    """The key that ``text`` spells, in NFC. Raises `BadRequest` (``key_invalid``) with the rule that it breaks."""
    if len(text) > _MAX_CHARACTERS:
        raise _invalid(f"it has {len(text)} characters; at most {MAX_KEY_BYTES} bytes are allowed")
    key = unicodedata.normalize("NFC", text)
    reason = _broken_rule(key)
    if reason:
        raise _invalid(reason)
    return key


def _invalid(reason: str) -> BadRequest:
    return BadRequest("key_invalid", f"This is not a valid image key: {reason}.")


def _broken_rule(key: str) -> str | None:
    try:
        size = len(key.encode())
    except UnicodeEncodeError:
        return "it is not valid UTF-8"
    if not key:
        return "it is empty; write a path such as photos/beach.jpg"
    if size > MAX_KEY_BYTES:
        return f"it has {size} bytes; at most {MAX_KEY_BYTES} are allowed"
    found = _CONTROL_OR_FORBIDDEN.search(key)
    if found:
        return f"it contains {_FORBIDDEN.get(found[0], 'a control character')}"
    return _broken_segment_rule(key.split("/"), size)


def _broken_segment_rule(segments: list[str], size: int) -> str | None:
    if "" in segments or "." in segments or ".." in segments:
        return "a segment between slashes is empty, '.' or '..'"
    if size > MAX_SEGMENT_BYTES and any(len(segment.encode()) > MAX_SEGMENT_BYTES for segment in segments):
        return f"a segment between slashes has more than {MAX_SEGMENT_BYTES} bytes"
    if not _IMAGE_NAME.fullmatch(segments[-1]):
        return f"its last segment must end in one of .{' .'.join(EXTENSIONS)}"
    if any(_IMAGE_NAME.fullmatch(segment) for segment in segments[:-1]):
        return "only its last segment may have an image extension, so that no key is a folder of another"
    return None
