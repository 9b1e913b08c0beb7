"""Reviews in words: how sure an analyser is, and who decided what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from assets.admin.display import moment
from assets.models import Asset, Review
from edge.contract.original import Verdict

Decision = Review.Decision

#: From so many percent on, in words.
_CERTAINTY = ((97, "almost certain"), (90, "very likely"), (75, "likely"), (50, "possible"), (0, "unlikely"))
#: What a button does, as a verb, with its key on the keyboard.
BUTTONS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        Decision.APPROVED: ("Approve", "a"),
        Decision.BLURRED: ("Blur", "b"),
        Decision.WITHHELD: ("Withhold", "w"),
        Decision.TRASHED: ("Move to trash", "t"),
    }
)
_DONE: Mapping[str, str] = MappingProxyType(
    {
        Decision.APPROVED: "approved",
        Decision.BLURRED: "blurred",
        Decision.WITHHELD: "withheld",
        Decision.TRASHED: "moved to the trash",
        Decision.REPLACED: "closed, because the file was replaced",
    }
)
_SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        Decision.APPROVED: "{} approved this image",
        Decision.BLURRED: "{} blurred this image",
        Decision.WITHHELD: "{} withheld this image",
        Decision.TRASHED: "{} moved this image to the trash",
        Decision.REPLACED: "{} replaced the file",
    }
)
_SEEN: Mapping[str, str] = MappingProxyType(
    {
        Verdict.SHOWN: "Visitors see this image as it is.",
        Verdict.BLURRED: "Visitors see this image blurred.",
        Verdict.WITHHELD: "Visitors do not see this image: its URLs answer 404.",
    }
)
#: The colours of decisions and verdicts, in base.css.
TONES: Mapping[str, str] = MappingProxyType(
    {Decision.APPROVED: "done", Decision.BLURRED: "warning", Decision.WITHHELD: "failed", Decision.TRASHED: "failed"}
)


@dataclass(frozen=True, slots=True)
class LabelText:
    """A label as people read it."""

    name: str
    parent: str
    certainty: str


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One review, as a line of an image's history."""

    title: str
    tone: str
    who: str
    when: str
    why: str
    labels: str


def certainty(confidence: float | None) -> str:
    """Such as ``very likely, 93 %``."""
    if confidence is None:
        return "not said how likely"
    percent = int(confidence)
    words = next(words for least, words in _CERTAINTY if percent >= least)
    return f"{words}, {percent} %"


def label_texts(labels: Iterable[Mapping[str, Any]]) -> list[LabelText]:
    return [LabelText(each["name"], each["parent"], certainty(each["confidence"])) for each in labels]


def decided(decision: str) -> str:
    """What was decided, as a participle."""
    return _DONE[decision]


def who(review: Review) -> str:
    """Who decided. Without a user it was code, or the account was deleted since."""
    return str(review.decided_by) if review.decided_by else "Somebody"


def sentence(review: Review) -> str:
    """Such as ``mary withheld this image on 5 Mar 2026, 14:30 CET: “No consent.”``"""
    why = f": “{review.why}”" if review.why else "."
    return f"{_SENTENCES[review.decision].format(who(review))} on {moment(review.decided_at)}{why}"


def seen_by_visitors(asset: Asset) -> str:
    text = _SEEN[asset.facts.verdict]
    return f"{text} It is in the trash." if asset.is_trashed else text


def history(reviews: Iterable[Review]) -> list[HistoryEntry]:
    return [
        HistoryEntry(
            title="Waiting for a review" if each.is_open else decided(each.decision).capitalize(),
            tone="running" if each.is_open else TONES.get(each.decision, "quiet"),
            who="" if each.is_open else who(each),
            when=moment(each.created_at if each.is_open else each.decided_at),
            why=each.why,
            labels=", ".join(label["name"] for label in each.labels),
        )
        for each in reviews
    ]
