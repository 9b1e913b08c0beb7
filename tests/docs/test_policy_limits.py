"""The pages state the limits of policy.json as they are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.edge.contract.strategies import POLICY
from tests.machine import ROOT

DOCS = ROOT / "docs"
MEGABYTES = POLICY.max_source_bytes // 2**20
MEGAPIXELS = POLICY.max_source_pixels // 1_000_000


@pytest.mark.parametrize(
    ("page", "sentence"),
    [
        ("limits.md", f"`max_source_bytes` ({MEGABYTES} MB)"),
        ("limits.md", f"`max_source_pixels` ({MEGAPIXELS} million)"),
        ("abuse.md", f"request each of {POLICY.count_unsigned():,} variants of an image"),
        ("abuse.md", f"all {POLICY.count_unsigned():,} variants of one image"),
        ("abuse.md", f"variants      {POLICY.count_unsigned(presets=3):4}"),
        ("abuse.md", f"rungs       {' '.join(map(str, POLICY.ladder))}"),
    ],
)
def test_a_page_states_a_limit_of_the_policy(page: str, sentence: str) -> None:
    text = re.sub(r"\n(?=\S)", " ", (DOCS / page).read_text()) + (DOCS / page).read_text()
    assert sentence in text


def test_no_page_states_another_number_of_unsigned_variants() -> None:
    pages = [Path("README.md"), *(path.relative_to(ROOT) for path in DOCS.glob("*.md"))]
    for page in pages:
        numbers = set(re.findall(r"\b(\d,\d{3}) variants\b", (ROOT / page).read_text()))
        assert numbers <= {f"{POLICY.count_unsigned():,}"}, page
