"""What becomes of all the URLs in access logs of another image handler, counted before a site moves."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from assets.access_log import LoggedPath, LoggedRequest
from assets.models import Asset
from assets.models.rows import primary
from edge.sih.explanation import Explanation, UrlOutcome, explain
from edge.sih.settings import VARIABLE, SihSettings
from edge.sih.source_buckets import MARK

#: Different URLs whose explanations are remembered: logs repeat their URLs.
_REMEMBERED = 100_000
#: URLs that are shown for each reason.
_EXAMPLES = 3
#: Reasons that are told apart. What is rarer than so many is counted together.
_MAX_REASONS = 200
_OTHER = ("Other reasons.",)
NO_IMAGE = "There is no such image here yet."
#: Codes of errors whose messages name an edit or a bucket, not the visitor's values.
_NAMED = frozenset({"ImageEdits::NotSupported", "ImageBucket::CannotAccessBucket"})

Reasons = tuple[str, ...]


@dataclass
class RequestTally:
    """Requests, the bytes of their answers, and some URLs."""

    requests: int = 0
    bytes: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, logged: LoggedRequest) -> None:
        """Count one more."""
        self.requests += 1
        self.bytes += logged.bytes
        url = f"{logged.asked.path}?{logged.asked.query}" if logged.asked.query else logged.asked.path
        if len(self.examples) < _EXAMPLES and url not in self.examples:
            self.examples.append(url)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"requests": self.requests, "bytes": self.bytes, "examples": self.examples}


@dataclass
class Report:
    """``shown`` are requests that got an image there; only they are explained. ``other`` got none, and are counted."""

    shown: RequestTally = field(default_factory=RequestTally)
    other: RequestTally = field(default_factory=RequestTally)
    outcomes: dict[UrlOutcome, dict[Reasons, RequestTally]] = field(
        default_factory=lambda: {each: {} for each in UrlOutcome}
    )

    def add(self, logged: LoggedRequest, outcome: UrlOutcome, reasons: Reasons) -> None:
        """Count an explained request."""
        self.shown.add(logged)
        tallies = self.outcomes[outcome]
        known = reasons in tallies or len(tallies) < _MAX_REASONS
        tallies.setdefault(reasons if known else _OTHER, RequestTally()).add(logged)

    def total(self, outcome: UrlOutcome) -> RequestTally:
        """All requests with that outcome."""
        tallies = self.outcomes[outcome].values()
        return RequestTally(sum(each.requests for each in tallies), sum(each.bytes for each in tallies))

    def by_requests(self, outcome: UrlOutcome) -> Iterator[tuple[Reasons, RequestTally]]:
        """The reasons, the most frequent first."""
        yield from sorted(self.outcomes[outcome].items(), key=lambda pair: -pair[1].requests)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        outcomes = {
            str(outcome): [
                {"reasons": list(reasons), **tally.as_dict()} for reasons, tally in self.by_requests(outcome)
            ]
            for outcome in UrlOutcome
        }
        return {"shown": self.shown.as_dict(), "other": self.other.as_dict(), **outcomes}


def read_settings(environment: Mapping[str, str], buckets: str) -> SihSettings:
    """The gateway's settings in ``environment``, with these ``buckets`` if any are given. Raises `ValueError`.

    Without settings, the entry answers all paths.
    """
    text = environment.get(VARIABLE) or '{"path": "/"}'
    return SihSettings.parse(text, **({"buckets": _parse(buckets)} if buckets else {}))


def _parse(buckets: str) -> object:
    try:
        return json.loads(buckets)
    except ValueError:
        return buckets  # which the parser of buckets refuses


def count(requests: Iterable[LoggedRequest], settings: SihSettings, *, images: bool) -> Report:
    """The report of ``requests``. With ``images``, URLs whose asset does not exist are refused too."""
    report, remembered = Report(), lru_cache(_REMEMBERED)(_explainer(settings, images=images))
    for logged in requests:
        if logged.is_shown:
            outcome, reasons = remembered(logged.asked)
            report.add(logged, outcome, reasons)
        else:
            report.other.add(logged)
    return report


def _explainer(settings: SihSettings, *, images: bool) -> Callable[[LoggedPath], tuple[UrlOutcome, Reasons]]:
    def explained(asked: LoggedPath) -> tuple[UrlOutcome, Reasons]:
        found = explain(asked.path, asked.query, settings)
        if images and found.outcome != UrlOutcome.REFUSED and is_missing(found):
            return UrlOutcome.REFUSED, (NO_IMAGE,)
        return found.outcome, _reasons(found)

    return explained


def _reasons(found: Explanation) -> Reasons:
    """Those that many URLs share."""
    return found.reasons if not found.code or found.code in _NAMED else (found.code,)


def is_missing(found: Explanation) -> bool:
    """Whether there is no such asset. What is in a source bucket is not looked for."""
    return not found.key.startswith(MARK) and not primary(Asset).filter(key=found.key).exists()
