"""What an analyser saw in a picture, whichever analyser it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from assets.analysis.storable import MAX_ITEMS, MAX_TEXT, storable_reply, storable_text
from edge.contract.recipe import MAX_FACES
from edge.contract.values import Face

#: Left, top, width and height, as fractions of the picture's sides. They may lie outside the picture.
Fractions = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Label:
    """Something that an analyser recognised. ``confidence`` is in percent."""

    name: str
    confidence: float


@dataclass(frozen=True, slots=True)
class ModerationLabel:
    """Something that some visitors should not see. ``parent`` is the category above it; empty at the top.

    ``confidence`` is in percent; None if the analyser gave none.
    """

    name: str
    confidence: float | None = None
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """``faces`` are per mille of the upright picture, the largest first. ``reply`` is what the analyser answered.

    ``moderation`` names what some visitors should not see, ``text`` is what can be read in the picture.
    """

    faces: tuple[Face, ...] = ()
    labels: tuple[Label, ...] = ()
    moderation: tuple[ModerationLabel, ...] = ()
    text: str = ""
    models: dict[str, str] = field(default_factory=dict)
    reply: dict[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """What can be searched for: the text and the names of the labels, casefolded, with one space between words."""
        return " ".join(" ".join([self.text, *(label.name for label in self.labels)]).casefold().split())


def as_fields(seen: Seen) -> dict[str, Any]:
    """``seen`` as the fields of an `assets.models.Analysis`, within the bounds of `assets.analysis.storable`."""
    return {
        "faces": [list(face) for face in seen.faces],
        "labels": [storable_reply(asdict(label)) for label in seen.labels[:MAX_ITEMS]],
        "moderation": [storable_reply(asdict(label)) for label in seen.moderation[:MAX_ITEMS]],
        "text": storable_text(seen.text, MAX_TEXT),
        "words": storable_text(seen.words, 2 * MAX_TEXT),
        "model_versions": storable_reply(seen.models),
        "reply": storable_reply(seen.reply),
    }


def to_faces(boxes: Iterable[Fractions]) -> tuple[Face, ...]:
    """The faces in ``boxes``, cut off at the picture's edges, as `OriginalFacts` has them: at most `MAX_FACES`."""
    faces = [face for box in boxes if (face := _face(box))]
    return tuple(sorted(faces, key=lambda face: (-face[2] * face[3], face))[:MAX_FACES])


def _face(box: Fractions) -> Face | None:
    left, top, width, height = box
    x, across = _span(left, width)
    y, down = _span(top, height)
    return (x, y, across, down) if across and down else None


def _span(start: float, length: float) -> tuple[int, int]:
    """The whole per mille that ``start`` to its end touches, as a start and a length; nothing outside the picture."""
    if not (-1e3 < start < 1e3 and 0 < length < 1e3):  # neither is NaN
        return 0, 0
    low = min(max(round(start * 1000), 0), 1000)
    high = min(max(round((start + length) * 1000), 0), 1000)
    return low, high - low
