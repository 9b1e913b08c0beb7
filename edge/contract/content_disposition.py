"""The name under which a visitor saves an image: the key's own, with the ending of the format that was sent.

https://www.rfc-editor.org/rfc/rfc6266
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

from edge.contract import formats

_ENDINGS = {each.content_type: each.extensions[0] for each in formats.SOURCES}
#: What a quoted string can hold so that every browser reads the same: RFC 6266, appendix D.
_UNSAFE = re.compile(r'[^ -~]|["%\\]')
#: What `quote` would escape although a value of ``filename*`` may hold it: https://www.rfc-editor.org/rfc/rfc8187#section-3.2.1
_ATTRIBUTE = "!#$&+^`|"


def content_disposition(key: str, content_type: str) -> str:
    """The header for a reply with an image of the asset ``key``: ``inline; filename="photo.avif"``.

    A name that is not plain ASCII is given twice, as such in ``filename*``, and similar to it for old clients.
    """
    name = _file_name(key, content_type)
    plain = _UNSAFE.sub("_", _without_accents(name))
    header = f'inline; filename="{plain}"'
    return header if plain == name else f"{header}; filename*=UTF-8''{quote(name, safe=_ATTRIBUTE)}"


def _file_name(key: str, content_type: str) -> str:
    stem, _, extension = key.rpartition("/")[2].rpartition(".")
    return f"{stem or 'image'}.{_ENDINGS.get(content_type, extension)}"


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(character for character in decomposed if not unicodedata.combining(character))
