"""Published prices of other services."""

from __future__ import annotations

import pytest

from infra.cost.traffic import Traffic
from infra.cost.vendors import cloudflare_hosted, cloudflare_transformations, cloudinary
from tests.infra.cost.months import market

MONTH = Traffic()


def test_cloudinary_s_credits_choose_a_plan() -> None:
    bill = cloudinary(MONTH, market())
    assert bill.usd == 549
    assert bill.lines[0].what == "plan Advanced Extra"
    assert bill.lines[0].why == "826 credits: 200 for transformations, 67 for storage, 559 for egress"


def test_cloudinary_publishes_no_price_for_more() -> None:
    bill = cloudinary(MONTH.scaled_to(100e6), market())
    assert (bill.usd, bill.quote) == (None, "on request")


def test_cloudflare_counts_the_formats_of_a_size_once() -> None:
    assert cloudflare_transformations(MONTH, market()).usd == pytest.approx((200_000 / 3 - 5_000) * 0.0005)


def test_cloudflare_counts_every_delivery_of_a_hosted_image() -> None:
    assert cloudflare_hosted(MONTH, market()).usd == pytest.approx(100 + 1)
