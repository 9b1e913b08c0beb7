"""What an analyser has named in a picture, with where it is: read from what is stored of its look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assets.analysis.seen import to_faces
from assets.models import Analysis
from edge.contract.values import Face

#: Rekognition names at most 50, of which some are in a picture many times.
MAX_THINGS = 100


@dataclass(frozen=True, slots=True)
class Thing:
    """A label. ``confidence`` is in percent; ``boxes`` are as those of faces; ``kinds`` are the more general labels.

    A label without boxes is somewhere in the picture, or is about all of it.
    """

    name: str
    confidence: float
    boxes: tuple[Face, ...] = ()
    kinds: tuple[str, ...] = ()


def things(analysis: Analysis) -> tuple[Thing, ...]:
    """The labels, those that the analyser is surest of first."""
    replies = analysis.reply if isinstance(analysis.reply, dict) else {}
    detailed = {str(each.get("Name")): each for each in _mappings(_member(replies.get("DetectLabels"), "Labels"))}
    found = [
        Thing(name, float(label.get("confidence") or 0), *_details(detailed.get(name, {})))
        for label in _mappings(analysis.labels)
        if (name := str(label.get("name") or ""))
    ]
    return tuple(sorted(found, key=lambda thing: -thing.confidence)[:MAX_THINGS])


def _details(label: Mapping[str, Any]) -> tuple[tuple[Face, ...], tuple[str, ...]]:
    """https://docs.aws.amazon.com/rekognition/latest/APIReference/API_Label.html"""
    boxes = [_member(instance, "BoundingBox") for instance in _mappings(_member(label, "Instances"))]
    kinds = [str(parent.get("Name")) for parent in _mappings(_member(label, "Parents"))]
    return to_faces(each for box in boxes if (each := _fractions(box))), tuple(kinds)


def _fractions(box: Any) -> tuple[float, float, float, float] | None:
    sides = [_member(box, name) for name in ("Left", "Top", "Width", "Height")]
    if not all(isinstance(side, int | float) for side in sides):
        return None
    left, top, width, height = sides
    return left, top, width, height


def _member(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else None


def _mappings(value: Any) -> Iterable[Mapping[str, Any]]:
    rows: Sequence[Any] = value if isinstance(value, list) else ()
    return (each for each in rows if isinstance(each, Mapping))
