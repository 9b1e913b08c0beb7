"""Originals: their object keys, their versions, and what their object metadata says."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from edge.contract.recipe import MAX_FACES
from edge.contract.values import Face, Point

#: What the metadata of an original says that Django examined. To be raised when originals that older releases admitted
#: are not safe to decode any more: these are then rendered in a child process, until they are uploaded again.
EXAMINATION = "1"
#: An asset's version; a rev has the same form.
VERSION = re.compile(r"[0-9a-f]{8}")
_FOCAL = re.compile(r"([0-9]{1,4}),([0-9]{1,4})")
#: Said of an original in which somebody looked for faces. Not every HTTP client keeps an empty header.
_NO_FACES = "none"
_FACE = r"[0-9]{1,4}(?:,[0-9]{1,4}){3}"
_FACES = re.compile(rf"{_FACE}(?:;{_FACE}){{0,{MAX_FACES - 1}}}")
_SIZE = re.compile(r"([1-9][0-9]{0,5})x([1-9][0-9]{0,5})")
#: A ThumbHash in base64.
_PLACEHOLDER = re.compile(r"[A-Za-z0-9+/]{8,40}={0,2}")


def original_object_key(key: str) -> str:
    """The object key of the original of the asset ``key``."""
    return f"originals/{key}"


class Verdict(StrEnum):
    """What visitors may see of an original after somebody looked at what is in it."""

    SHOWN = ""
    BLURRED = "blurred"
    WITHHELD = "withheld"


def asset_version(
    content: str, focal: Point | None = None, faces: Sequence[Face] | None = None, verdict: Verdict = Verdict.SHOWN
) -> str:
    """An asset's version, 8 hex digits, from what stands for its original's bytes and from all else that is rendered.

    ``content`` is their SHA-256 in hex, or the ETag of an original that Django did not write.
    """
    spelled = f"{content}@{focal[0]},{focal[1]}" if focal else content
    spelled += f"#{_spell_faces(faces)}" if faces else ""
    spelled += f"!{verdict}" if verdict else ""
    return hashlib.sha256(spelled.encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class OriginalFacts:
    """What must be known of an original to render and describe it, without its bytes.

    ``focal`` is its focal point and ``faces`` are those found in it, the largest first, at most `MAX_FACES`; both per
    mille of width and height after orientation. Without faces it is empty, and None if nobody has looked for any.
    ``examined``: every pixel was decoded within limits before the original was stored. Django writes no other.
    ``size`` is its width and height in pixels after orientation, and ``placeholder`` its ThumbHash in base64. They are
    not part of the version, and missing from what earlier releases stored.
    """

    version: str
    focal: Point | None = None
    examined: bool = True
    faces: tuple[Face, ...] | None = None
    verdict: Verdict = Verdict.SHOWN
    size: tuple[int, int] | None = None
    placeholder: str = ""

    def as_metadata(self) -> dict[str, str]:
        """The object metadata that `read` reads: at most 800 bytes with its names."""
        metadata = {"version": self.version}
        if self.examined:
            metadata["examined"] = EXAMINATION
        if self.focal:
            metadata["focal"] = f"{self.focal[0]},{self.focal[1]}"
        if self.faces is not None:
            metadata["faces"] = _spell_faces(self.faces) or _NO_FACES
        if self.verdict:
            metadata["verdict"] = self.verdict.value
        if self.size:
            metadata["size"] = f"{self.size[0]}x{self.size[1]}"
        if self.placeholder:
            metadata["placeholder"] = self.placeholder
        return metadata

    @classmethod
    def read(cls, metadata: Mapping[str, str]) -> OriginalFacts | None:
        """The facts in an object's ``metadata``; `None` if it was put into the bucket without any."""
        version = metadata.get("version", "")
        return cls._read(metadata, version) if VERSION.fullmatch(version) else None

    @classmethod
    def of(cls, metadata: Mapping[str, str], etag: str) -> OriginalFacts:
        """The facts in an object's ``metadata``; without any, the version follows from its ETag.

        Not from its bytes: visitors can make up any number of versions, and none of them should cost reading a file.
        """
        if found := cls.read(metadata):
            return found
        found = cls._read(metadata, "")
        version = asset_version(etag, found.focal, found.faces, found.verdict)
        return replace(found, version=version, examined=False)

    @classmethod
    def _read(cls, metadata: Mapping[str, str], version: str) -> OriginalFacts:
        return cls(
            version,
            _focal(metadata),
            metadata.get("examined") == EXAMINATION,
            _faces(metadata),
            _verdict(metadata),
            _size(metadata),
            _placeholder(metadata),
        )


def _focal(metadata: Mapping[str, str]) -> Point | None:
    match = _FOCAL.fullmatch(metadata.get("focal", ""))
    return (min(int(match[1]), 1000), min(int(match[2]), 1000)) if match else None


def _spell_faces(faces: Sequence[Face]) -> str:
    return ";".join(",".join(map(str, face)) for face in faces[:MAX_FACES])


def _faces(metadata: Mapping[str, str]) -> tuple[Face, ...] | None:
    """None if the metadata has none, or one is not inside the image."""
    text = metadata.get("faces", "")
    if text == _NO_FACES:
        return ()
    if not _FACES.fullmatch(text):
        return None
    found = tuple(_face(*map(int, face.split(","))) for face in text.split(";"))
    inside = all(width and height and x + width <= 1000 and y + height <= 1000 for x, y, width, height in found)
    return found if inside else None


def _face(left: int, top: int, width: int, height: int) -> Face:
    return left, top, width, height


def _verdict(metadata: Mapping[str, str]) -> Verdict:
    """What is not understood is withheld: a newer release may know more verdicts than this one."""
    try:
        return Verdict(metadata.get("verdict", ""))
    except ValueError:
        return Verdict.WITHHELD


def _size(metadata: Mapping[str, str]) -> tuple[int, int] | None:
    match = _SIZE.fullmatch(metadata.get("size", ""))
    return (int(match[1]), int(match[2])) if match else None


def _placeholder(metadata: Mapping[str, str]) -> str:
    text = metadata.get("placeholder", "")
    return text if _PLACEHOLDER.fullmatch(text) else ""
