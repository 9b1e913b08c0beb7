"""A meter counts units once for a whole bill."""

from __future__ import annotations

import pytest

from infra.cost.meter import Meter, amount
from infra.cost.prices import FreeTiers, load_prices


def test_free_units_are_used_up_once_by_two_lines() -> None:
    meter = Meter(load_prices(), FreeTiers.SHARED)
    first = meter.line("cloudfront_function", 1_500_000, "CloudFront", "function", "calls")
    second = meter.line("cloudfront_function", 1_500_000, "CloudFront", "function", "calls")
    assert first.usd == 0
    assert second.usd == pytest.approx(0.10)


def test_a_line_says_how_many_units_are_free() -> None:
    line = Meter(load_prices(), FreeTiers.SHARED).line("invalidation", 100, "CloudFront", "purges", "paths or tags")
    assert line.why == "100 paths or tags; 1,000 are free"


@pytest.mark.parametrize(
    ("units", "text"), [(0, "0"), (1, "1"), (0.106, "0.11"), (1234.5, "1,234"), (2e6, "2,000,000")]
)
def test_amounts_are_written_as_people_do(units: float, text: str) -> None:
    assert amount(units) == text
