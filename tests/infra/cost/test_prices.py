"""Prices: tiers, free units, plans, and a source and date for each."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from infra.cost.errors import CostError
from infra.cost.prices import PRICES, FreeTiers, load_prices

PRICE_LIST = load_prices()


@pytest.mark.parametrize("name", sorted(PRICE_LIST.prices))
def test_each_price_has_a_source_and_a_date_and_says_if_it_could_not_be_verified(name: str) -> None:
    price = PRICE_LIST[name]
    assert price.source.startswith("https://")
    assert date(2026, 1, 1) <= price.read <= date.today()
    assert price.verified or price.note
    assert all(usd > 0 for _, usd in price.tiers)


@pytest.mark.parametrize("vendor", sorted(PRICE_LIST.plans))
def test_each_plan_has_a_source_and_costs_more_than_the_one_before(vendor: str) -> None:
    entry = tomllib.loads(PRICES.read_text())["plans"][vendor]
    assert entry["source"].startswith("https://")
    assert isinstance(entry["date"], date)
    assert entry["verified"] or entry["note"]
    prices = [offer.usd for offer in PRICE_LIST.plans[vendor]]
    assert prices == sorted(prices)


@pytest.mark.parametrize(
    ("gigabytes", "usd"),
    [(0, 0), (1024, 0), (1124, 8.5), (10_240, 9216 * 0.085), (20_480, 9216 * 0.085 + 10_240 * 0.080)],
)
def test_egress_gets_cheaper_by_tiers_after_the_free_terabyte(gigabytes: float, usd: float) -> None:
    assert PRICE_LIST["cloudfront_egress"].of(gigabytes, FreeTiers.SHARED) == pytest.approx(usd)


def test_the_last_tier_has_no_end() -> None:
    price = PRICE_LIST["cloudfront_egress"]
    assert price.of(2e7, FreeTiers.NONE) - price.of(1e7, FreeTiers.NONE) == pytest.approx(1e7 * 0.020)


@pytest.mark.parametrize(
    ("tiers", "function", "compute"), [("none", 0.2, 16.6667), ("shared", 0, 16.6667), ("all", 0, 10.0)]
)
def test_free_tiers_that_not_every_side_can_use_count_only_if_asked_for(
    tiers: str, function: float, compute: float
) -> None:
    free = FreeTiers(tiers)
    assert PRICE_LIST["cloudfront_function"].of(2e6, free) == pytest.approx(function)
    assert PRICE_LIST["lambda_compute"].of(1e6, free) == pytest.approx(compute, abs=0.001)


@pytest.mark.parametrize(
    ("requests", "gigabytes", "plan"),
    [
        (1e6, 50, "Free"),
        (1e6, 500, "Pro"),
        (10e6, 500, "Pro"),
        (10e6 + 1, 500, "Business"),
        (4e9, 1e5, "Premium, 600 TB"),
    ],
)
def test_the_cheapest_plan_that_holds_the_traffic(requests: float, gigabytes: float, plan: str) -> None:
    offer = PRICE_LIST.cheapest("cloudfront", requests=requests, egress_gb=gigabytes)
    assert offer
    assert offer.name == plan


def test_beyond_the_largest_plan_there_is_no_price() -> None:
    assert PRICE_LIST.cheapest("cloudfront", requests=7e9, egress_gb=1) is None


@pytest.mark.parametrize(
    "text",
    [
        "broken",
        '[plans]\n[s3_get]\nunit = "request"\nusd = 1\nper = 1\nsource = "memory"\ndate = 2026-01-01\nverified = true',
        '[plans]\n[s3_get]\nunit = "request"\nusd = 1\nper = 1\nsource = "https://x"\ndate = "then"\nverified = true',
        '[plans]\n[s3_get]\nunit = "request"\nper = 1\nsource = "https://x"\ndate = 2026-01-01\nverified = true',
    ],
    ids=["no TOML", "no URL", "no date", "no price"],
)
def test_a_file_with_a_mistake_is_refused_in_a_sentence(text: str, tmp_path: Path) -> None:
    path = tmp_path / "prices.toml"
    path.write_text(text)
    with pytest.raises(CostError, match=r"^The prices in .*prices\.toml cannot be used: .*\.$"):
        load_prices(path)
