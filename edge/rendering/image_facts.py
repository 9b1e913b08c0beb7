"""What is known of an image without its bytes: the JSON of ``GET /v1/images/{key}``. docs/api.md describes it."""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

from edge.contract import formats
from edge.contract.original import OriginalFacts
from edge.contract.policy import Policy
from edge.contract.recipe import Recipe
from edge.contract.request import ImageRequest
from edge.contract.values import Face, Point
from edge.rendering.original_reader import facts_of
from edge.storage.objects.store import Head

_FORMATS = {each.content_type: each.name for each in formats.SOURCES}


def describe(key: str, original: Head, policy: Policy, cdn: str) -> dict[str, Any]:
    """Each field is there, and None if it is not known. ``cdn`` is the address of the CDN, if it is known."""
    facts = facts_of(original)
    links = bool(cdn) and policy.signed != "always"
    return {
        "key": key,
        "version": facts.version,
        "format": _FORMATS.get(original.content_type),
        "width": facts.size[0] if facts.size else None,
        "height": facts.size[1] if facts.size else None,
        "bytes": original.size,
        "focal_point": facts.focal and _point(facts.focal),
        "faces": None if facts.faces is None else [_box(face) for face in facts.faces],
        "verdict": facts.verdict.value or "shown",
        "placeholder": facts.placeholder or None,
        "url": cdn + ImageRequest(key, version=facts.version).spell() if links else None,
        "sizes": _sizes(key, facts, policy, cdn) if links and facts.size else None,
    }


def _point(point: Point) -> dict[str, float]:
    return {"x": point[0] / 1000, "y": point[1] / 1000}


def _box(face: Face) -> dict[str, float]:
    return {name: side / 1000 for name, side in zip(("x", "y", "width", "height"), face, strict=True)}


def _sizes(key: str, facts: OriginalFacts, policy: Policy, cdn: str) -> list[dict[str, Any]]:
    """The widths that anybody may request: the rungs below the original's width, and its own on the next rung."""
    width = facts.size[0] if facts.size else 0
    rungs = policy.ladder[: bisect_left(policy.ladder, width) + 1]
    return [
        {"width": min(rung, width), "url": cdn + ImageRequest(key, Recipe(rung), version=facts.version).spell()}
        for rung in rungs
    ]
