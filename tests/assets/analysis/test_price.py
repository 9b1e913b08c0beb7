"""The price of calls that cost money, by tiers."""

from __future__ import annotations

from datetime import date

import pytest

from assets.analysis.price import CallPrice, rekognition_price
from infra.cost.prices import FreeTiers, load_prices

PRICE = CallPrice(((100, 0.5), (300, 0.25), (float("inf"), 0.125)), "https://example.com", date(2026, 10, 7))


@pytest.mark.parametrize(
    ("calls", "earlier", "dollars"),
    [(0, 0, 0), (100, 0, 50), (101, 0, 50.25), (400, 0, 112.5), (10, 95, 3.75), (10, 295, 1.875), (8, 1000, 1)],
)
def test_later_calls_of_a_month_cost_less(calls: int, earlier: int, dollars: float) -> None:
    assert PRICE.of(calls, earlier) == dollars


def test_the_price_of_rekognition_names_its_source_and_date() -> None:
    price = rekognition_price()
    assert price.source == "https://aws.amazon.com/rekognition/pricing/"
    assert price.read >= date(2026, 10, 7)


@pytest.mark.parametrize("calls", [4, 4_000, 1_200_000, 7_000_000])
def test_it_is_the_price_that_the_cost_model_uses(calls: int) -> None:
    assert rekognition_price().of(calls) == pytest.approx(load_prices()["rekognition"].of(calls, FreeTiers.ALL))
