"""Which moderation labels flag an image, and what visitors see of it until somebody decides: docs/review.md."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from assets.conf import config
from edge.contract.original import Verdict

#: What ``IMAGEHUB["MODERATION_UNREVIEWED"]`` can say.
UNREVIEWED: Mapping[str, Verdict] = MappingProxyType(
    {"shown": Verdict.SHOWN, "blurred": Verdict.BLURRED, "withheld": Verdict.WITHHELD}
)
#: Labels that a review keeps, the surest ones, and the characters of a name.
MAX_FLAGS, _MAX_NAME = 50, 100
#: Levels of categories. Rekognition's taxonomy has three.
_MAX_LEVELS = 10

Labels = Sequence[Mapping[str, Any]]


def flagging_names() -> tuple[str, ...]:
    """The labels and categories that flag an image, as the settings spell them."""
    return tuple(name.strip() for name in config().moderation_labels.split(",") if name.strip())


def unreviewed_verdict() -> Verdict:
    """What visitors see of a flagged image until it is reviewed."""
    return UNREVIEWED[config().moderation_unreviewed]


def flags(labels: Labels) -> list[dict[str, Any]]:
    """Those of ``labels`` that flag an image, the surest first: each with ``name``, ``confidence`` and ``parent``.

    A label flags if its name or that of a category above it is in the settings, and if it is as sure as they ask. One
    without a confidence flags too, since nobody can say that it is unlikely.
    """
    wanted = {_folded(name) for name in flagging_names()}
    if not wanted:
        return []
    parents = {_folded(_text(each, "name")): _text(each, "parent") for each in labels}
    least = float(config().moderation_confidence)
    found = [
        {"name": _text(each, "name"), "confidence": confidence, "parent": _text(each, "parent")}
        for each in labels
        if (confidence := _confidence(each)) is None or confidence >= least
        if wanted.intersection(_lineage(_text(each, "name"), parents))
    ]
    return sorted(found, key=_least_sure_last)[:MAX_FLAGS]


def categories(labels: Labels) -> list[str]:
    """The names of the settings for which ``labels`` flag an image."""
    parents = {_folded(_text(each, "name")): _text(each, "parent") for each in labels}
    met = {name for each in labels for name in _lineage(_text(each, "name"), parents)}
    return [name for name in flagging_names() if _folded(name) in met]


def _lineage(name: str, parents: Mapping[str, str]) -> Iterator[str]:
    """``name`` and the categories above it. Labels may name each other as parents."""
    for _ in range(_MAX_LEVELS):
        if not (folded := _folded(name)):
            return
        yield folded
        name = parents.get(folded, "")


def _confidence(label: Mapping[str, Any]) -> float | None:
    value = label.get("confidence")
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    return None


def _least_sure_last(label: Mapping[str, Any]) -> tuple[float, str]:
    confidence = label["confidence"]
    return (-math.inf if confidence is None else -confidence), label["name"]


def _text(label: Mapping[str, Any], name: str) -> str:
    return str(label.get(name) or "")[:_MAX_NAME]


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
