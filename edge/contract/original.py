"""What an original's object metadata tells the edge (contract 3)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from edge.contract.keys import VERSION, version_of
from edge.contract.recipe import Point

_FOCAL = re.compile(r"([0-9]{1,4}),([0-9]{1,4})")


@dataclass(frozen=True, slots=True)
class OriginalFacts:
    """The asset's version and its focal point, per mille of width and height after orientation, if it has one."""

    version: str
    focal: Point | None = None

    def as_metadata(self) -> dict[str, str]:
        metadata = {"version": self.version}
        if self.focal:
            metadata["focal"] = f"{self.focal[0]},{self.focal[1]}"
        return metadata

    @classmethod
    def read(cls, metadata: Mapping[str, str], body: bytes | None = None) -> OriginalFacts | None:
        """From an object's metadata. An original that was put into the bucket by other means has none: its version
        is then its content's, which takes its ``body``; `None` without one."""
        match = _FOCAL.fullmatch(metadata.get("focal", ""))
        focal = (min(int(match[1]), 1000), min(int(match[2]), 1000)) if match else None
        version = metadata.get("version", "")
        if VERSION.fullmatch(version):
            return cls(version, focal)
        return cls(version_of(hashlib.sha256(body).hexdigest(), focal), focal) if body is not None else None
