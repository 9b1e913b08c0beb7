"""Whose picture it is: read from wherever an original says so, and written as the least EXIF that says it again.

What editors' programs write is the same three fields in up to three places, in IPTC's words Copyright Notice, Creator
and Credit Line: https://iptc.org/standards/photo-metadata/quick-guide-to-iptc-photo-metadata-and-google-images/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from PIL import Image
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from edge.image import pillow_compat

_ARTIST, _COPYRIGHT, _IPTC_IN_TIFF = 315, 33432, 33723
_IPTC_IN_PHOTOSHOP = 0x0404
#: The record and dataset of each field: https://www.iptc.org/std/IIM/4.2/specification/IIMV4.2.pdf
_IIM = {(2, 116): "copyright", (2, 80): "creator", (2, 110): "credit"}
_DC, _PHOTOSHOP = "http://purl.org/dc/elements/1.1/", "http://ns.adobe.com/photoshop/1.0/"
_XMP = {f"{_DC} rights": "copyright", f"{_DC} creator": "creator", f"{_PHOTOSHOP} Credit": "credit"}
_MOST_CHARACTERS = 256
_MOST_XMP = 1 << 20

_Found = Iterator[tuple[str, str | bytes]]


@dataclass(frozen=True, slots=True)
class Credit:
    """``copyright`` is the notice, ``creator`` whoever made the picture or, where that is not said, is to be named."""

    copyright: str = ""
    creator: str = ""

    def exif(self) -> bytes:
        """An EXIF block with these and nothing else; no bytes where there is nothing to say."""
        exif = Image.Exif()
        for tag, text in ((_ARTIST, self.creator), (_COPYRIGHT, self.copyright)):
            if text:
                exif[tag] = text.encode()  # UTF-8, as readers take it; EXIF itself knows only ASCII
        return exif.tobytes() if exif else b""


def credit_of(image: Image.Image) -> Credit:
    """What a loaded original says. Where its places differ, EXIF goes before IPTC's IIM, and that before XMP.

    So wants the Metadata Working Group's "Guidelines for Handling Image Metadata", 2.0, 2010.
    """
    said: dict[str, list[str]] = {}
    for place in (_of_exif, _of_iim, _of_xmp):
        for field, texts in _read(place(image)).items():
            said.setdefault(field, texts)
    line = {field: _bounded("; ".join(dict.fromkeys(texts))) for field, texts in said.items()}
    return Credit(line.get("copyright", ""), line.get("creator") or line.get("credit", ""))


def _read(found: _Found) -> dict[str, list[str]]:
    """All that one place says of each field, until it is damaged."""
    said: dict[str, list[str]] = {}
    try:
        for field, text in found:
            if cleaned := _cleaned(text):
                said.setdefault(field, []).append(cleaned)
    except Exception:  # noqa: S110  # parsers of what anybody may have made up raise nearly all there is
        pass
    return said


def _of_exif(image: Image.Image) -> _Found:
    tags = _tags(image)
    for tag, field in ((_ARTIST, "creator"), (_COPYRIGHT, "copyright")):
        text = tags.get(tag, "")
        # Pillow reads bytes as Latin-1, which loses nothing.
        yield field, text.encode("latin-1") if isinstance(text, str) else text


def _tags(image: Image.Image) -> ImageFileDirectory_v2 | Image.Exif:
    """EXIF's tags. A TIFF's are its own, and Pillow closes that file once its pixels are loaded."""
    return getattr(image, "tag_v2", None) or image.getexif()


def _of_iim(image: Image.Image) -> _Found:
    photoshop: dict[int, Any] = image.info.get("photoshop", {})
    data = photoshop.get(_IPTC_IN_PHOTOSHOP) or pillow_compat.raw_tag(_tags(image), _IPTC_IN_TIFF)
    position = 0
    while data[position : position + 1] == b"\x1c":
        record, dataset, length = (
            data[position + 1],
            data[position + 2],
            int.from_bytes(data[position + 3 : position + 5]),
        )
        position += 5 + length
        if field := _IIM.get((record, dataset)):
            yield field, data[position - length : position]


def _of_xmp(image: Image.Image) -> _Found:
    """The texts of the elements and attributes that matter; of several languages the first."""
    from xml.parsers import expat  # here, since few operators ask for it and each cold start would pay

    found: list[tuple[str, str | bytes]] = []
    inside: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        inside.append(name)
        found.extend((_XMP[name], text) for name, text in attributes.items() if name in _XMP)

    def text(data: str) -> None:
        field = next((_XMP[name] for name in inside if name in _XMP), None)
        if field and not (field == "copyright" and any(name == field for name, said in found)):
            found.append((field, data))

    def refuse(*_: object) -> None:
        raise ValueError("XMP has no business declaring a document type")  # and so no entities that grow

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: inside.pop()
    parser.CharacterDataHandler = lambda data: text(data) if data.strip() else None
    parser.StartDoctypeDeclHandler = refuse
    xmp = image.info.get("xmp", b"")
    try:
        parser.Parse(xmp[:_MOST_XMP], True)
    finally:
        yield from found


def _cleaned(text: str | bytes) -> str:
    """One line of what can be seen."""
    line = _decoded(text) if isinstance(text, bytes) else text
    return " ".join("".join(character if character.isprintable() else " " for character in line).split())


def _decoded(text: bytes) -> str:
    """UTF-8 or, as in old files, Latin-1."""
    try:
        return text.decode()
    except UnicodeDecodeError:
        return text.decode("latin-1")


def _bounded(text: str) -> str:
    return text if len(text) <= _MOST_CHARACTERS else text[: _MOST_CHARACTERS - 1] + "…"
