"""Copyright in XMP: https://github.com/adobe/xmp-docs/tree/master/XMPNamespaces"""

from __future__ import annotations

from collections.abc import Iterator

_DC, _PHOTOSHOP = "http://purl.org/dc/elements/1.1/", "http://ns.adobe.com/photoshop/1.0/"
_FIELDS = {f"{_DC} rights": "copyright", f"{_DC} creator": "creator", f"{_PHOTOSHOP} Credit": "credit"}
_MAX_BYTES = 1 << 20


def copyright_fields(xmp: bytes) -> Iterator[tuple[str, str]]:
    """The texts of the elements and attributes for ``copyright``, ``creator`` and ``credit``, in order.

    Of a notice in several languages the first is used. Raises an exception of expat's, after what it could read.
    """
    from xml.parsers import expat  # here, because few operators need it and every cold start would pay

    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(xmp[:_MAX_BYTES], True)
    finally:
        yield from reader.found


def _refuse_doctype(*_: object) -> None:
    raise ValueError("XMP with a document type")  # it could declare entities that expand without end


class _Reader:
    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []
        self._open: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._open.append(name)
        self.found.extend((_FIELDS[name], text) for name, text in attributes.items() if name in _FIELDS)

    def end(self, _name: str) -> None:
        self._open.pop()

    def text(self, data: str) -> None:
        field = next((_FIELDS[name] for name in self._open if name in _FIELDS), None)
        if field is None or not data.strip():
            return
        if field != "copyright" or all(name != field for name, _ in self.found):
            self.found.append((field, data))
