"""The shared vectors of that product's URLs: what each of its documented examples asks for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from edge.contract.edits import as_edits
from edge.sih.errors import SihError
from edge.sih.query import parse_query
from edge.sih.request_parser import parse_request
from edge.sih.requested_image import RequestedImage
from edge.sih.rewrite_rule import RewriteRule
from edge.sih.source_buckets import SourceBucket
from edge.sih.translation import translate
from tests.machine import ROOT

_DOCUMENT = json.loads((ROOT / "tests" / "vectors" / "sih.json").read_text())
BUCKETS: list[str] = _DOCUMENT["buckets"]
_BUCKETS = {name: SourceBucket(name) for name in BUCKETS}


@dataclass(frozen=True)
class SihCase:
    """A URL, and what it must mean."""

    name: str
    group: str
    path: str
    query: str
    wanted: dict[str, Any]

    def parse(self, *, strict: bool = False) -> RequestedImage:
        """Raises `SihError`."""
        rule = RewriteRule.parse(*self.wanted["rule"]) if "rule" in self.wanted else None
        return parse_request(self.path, parse_query(self.query, strict=strict), BUCKETS, rule, strict=strict)


def _case(each: dict[str, Any]) -> SihCase:
    return SihCase(each.pop("name"), each.pop("group"), each.pop("path"), each.pop("query"), each)


CASES = [_case(each) for each in _DOCUMENT["cases"]]


def meaning(case: SihCase, format_class: str = "webp") -> Any:
    """What is rendered for a case in ``format_class``, as the vectors spell it; a status and a code if nothing is."""
    try:
        translation = translate(case.parse(), _BUCKETS, upright=False, strict=False)
        edits = as_edits(translation.rendition(format_class, opaque=True, default_quality=75))
    except SihError as error:
        return [error.status, error.code]
    found: dict[str, Any] = {"recipe": edits.recipe.slug, "area": edits.area, "ratio": edits.ratio}
    found |= {
        "upright": edits.upright,
        "still": not edits.moving,
        "format": translation.format or translation.preferred,
    }
    found |= {"operations": list(map(str, edits.operations))}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items() if value}
