"""The copyright of an original, read from wherever the file states it, and written as minimal EXIF.

Editing programs write the same three fields in up to three places. In IPTC's terms they are Copyright Notice, Creator
and Credit Line: https://iptc.org/standards/photo-metadata/quick-guide-to-iptc-photo-metadata-and-google-images/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from PIL import ExifTags, Image

from edge.image.decode import iptc, xmp
from edge.image.decode.source_file import SourceFile, Tags
from edge.image.pillow_compat.exif import raw_tag

_ARTIST, _COPYRIGHT = ExifTags.Base.Artist, ExifTags.Base.Copyright
_IPTC_IN_TIFF, _IPTC_IN_PHOTOSHOP = 33723, 0x0404
_MAX_CHARACTERS = 256
#: CIPA DC-008, tag 274.
_UPRIGHT = 1

_Found = Iterator[tuple[str, str | bytes]]


@dataclass(frozen=True, slots=True)
class Copyright:
    """``notice`` is the copyright notice; ``creator`` the author or, without one, the credit line."""

    notice: str = ""
    creator: str = ""

    def exif(self, orientation: int = _UPRIGHT) -> bytes:
        """An EXIF block with these, the ``orientation`` unless it is upright, and nothing else; no bytes if empty."""
        exif = Image.Exif()
        if orientation != _UPRIGHT:
            exif[ExifTags.Base.Orientation] = orientation
        for tag, text in ((_ARTIST, self.creator), (_COPYRIGHT, self.notice)):
            if text:
                exif[tag] = text.encode()  # UTF-8, as readers expect; EXIF itself knows ASCII only
        return exif.tobytes() if exif else b""


def copyright_of(file: SourceFile) -> Copyright:
    """What a file whose pixels are loaded states. Where its places differ, EXIF precedes IIM, and IIM precedes XMP.

    As the Metadata Working Group's "Guidelines for Handling Image Metadata", 2.0, 2010, recommend.
    """
    stated: dict[str, list[str]] = {}
    for place in (_in_exif, _in_iim, _in_xmp):
        for field, texts in _read(place(file)).items():
            stated.setdefault(field, texts)
    line = {field: _shortened("; ".join(dict.fromkeys(texts))) for field, texts in stated.items()}
    return Copyright(line.get("copyright", ""), line.get("creator") or line.get("credit", ""))


def _read(found: _Found) -> dict[str, list[str]]:
    """The texts of each field in one place, up to the first damage."""
    texts: dict[str, list[str]] = {}
    try:
        for field, text in found:
            if line := _one_line(text):
                texts.setdefault(field, []).append(line)
    except Exception:  # noqa: S110  # parsers raise nearly every kind on malformed input
        pass
    return texts


def _in_exif(file: SourceFile) -> _Found:
    tags = _tags(file)
    for tag, field in ((_ARTIST, "creator"), (_COPYRIGHT, "copyright")):
        text = tags.get(tag, "")
        # Pillow decodes bytes as Latin-1, which can be undone.
        yield field, text.encode("latin-1") if isinstance(text, str) else text


def _tags(file: SourceFile) -> Tags:
    return file.tags or file.image.getexif()  # a PNG may have EXIF after its pixels


def _in_iim(file: SourceFile) -> _Found:
    photoshop: dict[int, Any] = file.image.info.get("photoshop", {})
    yield from iptc.copyright_fields(photoshop.get(_IPTC_IN_PHOTOSHOP) or raw_tag(_tags(file), _IPTC_IN_TIFF))


def _in_xmp(file: SourceFile) -> _Found:
    yield from xmp.copyright_fields(file.image.info.get("xmp", b""))


def _one_line(text: str | bytes) -> str:
    """The printable characters, on one line."""
    line = _decoded(text) if isinstance(text, bytes) else text
    return " ".join("".join(character if character.isprintable() else " " for character in line).split())


def _decoded(text: bytes) -> str:
    """UTF-8 or, as in old files, Latin-1."""
    try:
        return text.decode()
    except UnicodeDecodeError:
        return text.decode("latin-1")


def _shortened(text: str) -> str:
    return text if len(text) <= _MAX_CHARACTERS else text[: _MAX_CHARACTERS - 1] + "…"
