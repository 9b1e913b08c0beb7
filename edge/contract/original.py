"""Originals: their object keys, their versions, and what their object metadata says."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from edge.contract.values import Point

#: An asset's version; a rev has the same form.
VERSION = re.compile(r"[0-9a-f]{8}")
_FOCAL = re.compile(r"([0-9]{1,4}),([0-9]{1,4})")


def original_object_key(key: str) -> str:
    """The object key of the original of the asset ``key``."""
    return f"originals/{key}"


def asset_version(sha256: str, focal: Point | None = None) -> str:
    """An asset's version, 8 hex digits, from its original's SHA-256 (hex) and its focal point (per mille)."""
    spelled = f"{sha256}@{focal[0]},{focal[1]}" if focal else sha256
    return hashlib.sha256(spelled.encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class OriginalFacts:
    """The asset's version and its focal point, per mille of width and height after orientation, if it has one."""

    version: str
    focal: Point | None = None

    def as_metadata(self) -> dict[str, str]:
        """The object metadata that `read` reads."""
        metadata = {"version": self.version}
        if self.focal:
            metadata["focal"] = f"{self.focal[0]},{self.focal[1]}"
        return metadata

    @classmethod
    def read(cls, metadata: Mapping[str, str], body: bytes | None = None) -> OriginalFacts | None:
        """The facts in an object's ``metadata``.

        An original that was copied into the bucket by other means has none: its version is then computed from its
        ``body``, and without a body `None` is returned.
        """
        match = _FOCAL.fullmatch(metadata.get("focal", ""))
        focal = (min(int(match[1]), 1000), min(int(match[2]), 1000)) if match else None
        version = metadata.get("version", "")
        if VERSION.fullmatch(version):
            return cls(version, focal)
        return cls(asset_version(hashlib.sha256(body).hexdigest(), focal), focal) if body is not None else None
