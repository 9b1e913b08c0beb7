"""The shared vectors of that product's URLs: what each of its documented examples asks for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from edge.sih.query import parse_query
from edge.sih.request_parser import parse_request
from edge.sih.requested_image import RequestedImage
from edge.sih.rewrite_rule import RewriteRule
from tests.machine import ROOT

_DOCUMENT = json.loads((ROOT / "tests" / "vectors" / "sih.json").read_text())
BUCKETS: list[str] = _DOCUMENT["buckets"]


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
