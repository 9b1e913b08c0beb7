"""Originals: their object keys, their versions, and what their object metadata says."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from edge.contract.values import Point

#: What the metadata of an original says that Django examined. To be raised when originals that older releases admitted
#: are not safe to decode any more: these are then rendered in a child process, until they are uploaded again.
EXAMINATION = "1"
#: An asset's version; a rev has the same form.
VERSION = re.compile(r"[0-9a-f]{8}")
_FOCAL = re.compile(r"([0-9]{1,4}),([0-9]{1,4})")


def original_object_key(key: str) -> str:
    """The object key of the original of the asset ``key``."""
    return f"originals/{key}"


def asset_version(content: str, focal: Point | None = None) -> str:
    """An asset's version, 8 hex digits, from its focal point (per mille) and what stands for its original's bytes.

    ``content`` is their SHA-256 in hex, or the ETag of an original that Django did not write.
    """
    spelled = f"{content}@{focal[0]},{focal[1]}" if focal else content
    return hashlib.sha256(spelled.encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class OriginalFacts:
    """The asset's version and its focal point, per mille of width and height after orientation, if it has one.

    ``examined``: every pixel was decoded within limits before the original was stored. Django writes no other.
    """

    version: str
    focal: Point | None = None
    examined: bool = True

    def as_metadata(self) -> dict[str, str]:
        """The object metadata that `read` reads."""
        metadata = {"version": self.version}
        if self.examined:
            metadata["examined"] = EXAMINATION
        if self.focal:
            metadata["focal"] = f"{self.focal[0]},{self.focal[1]}"
        return metadata

    @classmethod
    def read(cls, metadata: Mapping[str, str]) -> OriginalFacts | None:
        """The facts in an object's ``metadata``; `None` if it was put into the bucket without any."""
        version = metadata.get("version", "")
        if not VERSION.fullmatch(version):
            return None
        return cls(version, _focal(metadata), metadata.get("examined") == EXAMINATION)

    @classmethod
    def of(cls, metadata: Mapping[str, str], etag: str) -> OriginalFacts:
        """The facts in an object's ``metadata``; without any, the version follows from its ETag.

        Not from its bytes: visitors can make up any number of versions, and none of them should cost reading a file.
        """
        focal = _focal(metadata)
        return cls.read(metadata) or cls(asset_version(etag, focal), focal, examined=False)


def _focal(metadata: Mapping[str, str]) -> Point | None:
    match = _FOCAL.fullmatch(metadata.get("focal", ""))
    return (min(int(match[1]), 1000), min(int(match[2]), 1000)) if match else None
