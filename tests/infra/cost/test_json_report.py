"""The report for programs."""

from __future__ import annotations

import json

import pytest

from infra.cost.comparison import all_bills, compare
from infra.cost.json_report import price_data, report_data
from infra.cost.traffic import Traffic
from tests.infra.cost.months import market


def test_everything_can_be_read_back() -> None:
    month = Traffic()
    data = report_data(month, market(), all_bills(month, market()), compare(month, market()))
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert data["traffic"]["requests"] == 10e6
    assert data["deployment"]["renderer_memory_mb"] == 1024
    edge = data["bills"][0]
    assert edge["usd"] == pytest.approx(sum(line["usd"] for line in edge["lines"]), abs=1e-4)
    assert all(line["why"] for line in edge["lines"])


def test_what_has_no_published_price_is_null() -> None:
    month = Traffic()
    rows = report_data(month, market(), (), compare(month, market()))["comparison"]
    (cloudinary,) = [row for row in rows if row["name"] == "Cloudinary"]
    assert cloudinary["months"][-1] == {"requests": 1e9, "without_waf": None, "with_waf": None}


def test_prices_come_with_source_and_date() -> None:
    prices = {price["name"]: price for price in price_data(market())}
    assert prices["cloudfront_egress"]["tiers"][-1] == {"up_to": None, "usd": 0.02}
    assert prices["waf_acl"]["source"] == "https://aws.amazon.com/waf/pricing/"
    assert prices["waf_acl"]["date"] == "2026-11-28"
