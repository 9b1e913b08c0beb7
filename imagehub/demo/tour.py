"""What the gallery shows of one image: a responsive image, crops, faces, formats, visits, and a refused URL."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from assets.links import img_url
from assets.models import Asset, Preset
from edge.contract.errors import EdgeError
from edge.contract.request import NoSigningKey
from edge.visitor_url import read_visitor_url
from imagehub.demo.face_crops import Box, FaceShape, face_boxes, face_shapes, why_none
from imagehub.demo.seen import SeenImage, seen_in
from imagehub.demo.snippets import Snippet, centred, one_width, responsive, with_preset

#: The width of the image whose formats are compared, in pixels.
FIXED_WIDTH = 300


@dataclass(frozen=True, slots=True)
class Crop:
    """One preset's shape, cropped around the focal point and, where URLs can be signed, around the centre."""

    preset: Preset
    focal: Snippet
    centre: Snippet | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A URL whose signature does not fit it, and what the edge answers."""

    url: str
    status: int
    body: str


@dataclass(frozen=True, slots=True)
class Tour:
    """``unseen`` is a signed URL for a width that probably nobody has asked for; absent without a signing key."""

    asset: Asset
    responsive: Snippet
    fixed: Snippet
    crops: list[Crop]
    faces: list[FaceShape]
    seen: SeenImage | None
    unseen: str | None
    refusal: Refusal | None

    @property
    def marker(self) -> tuple[int, int] | None:
        """Where the focal point is on the responsive image, in pixels of its ``src``."""
        if self.asset.focal is None:
            return None
        x, y = self.asset.focal
        return round(x * self.responsive.width / 1000), round(y * self.responsive.height / 1000)

    @property
    def face_boxes(self) -> list[Box]:
        """Where the faces are on the responsive image, in pixels of its ``src``."""
        return face_boxes(self.asset, self.responsive.width, self.responsive.height)

    @property
    def no_faces(self) -> str:
        """Why no face is known, as a sentence; empty if one is."""
        return why_none(self.asset)


def build_tour(asset: Asset, presets: Iterable[Preset]) -> Tour:
    """The tour of ``asset`` through those of ``presets`` that crop."""
    unseen = _unseen_url(asset)
    crops = [preset for preset in presets if preset.width and preset.height and preset.fit == "cover"]
    return Tour(
        asset,
        responsive(asset),
        one_width(asset, FIXED_WIDTH),
        [Crop(preset, with_preset(asset, preset), centred(asset, preset) if unseen else None) for preset in crops],
        face_shapes(asset) if unseen else [],
        seen_in(asset),
        unseen,
        refuse(unseen) if unseen else None,
    )


def _unseen_url(asset: Asset) -> str | None:
    width = 401 + secrets.randbelow(198)  # between two rungs of the ladder, as is the next width
    try:
        return img_url(asset.key, width)
    except NoSigningKey:
        return None


def refuse(url: str) -> Refusal:
    """What becomes of a signed ``url`` when a visitor changes its width: the edge's own code decides."""
    changed = re.sub(r"(?<=[?&]w=)\d+", lambda width: str(int(width[0]) + 1), url)
    parts = urlsplit(changed)
    try:
        read_visitor_url(parts.path, parts.query, "*/*")
    except EdgeError as error:
        return Refusal(changed, error.status, json.dumps(error.as_dict()))
    raise AssertionError(f"{changed} should have been refused")
