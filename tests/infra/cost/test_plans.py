"""Flat-rate plans replace CloudFront's lines and WAF's."""

from __future__ import annotations

import pytest

from infra.cost import services
from infra.cost.imagehub import edge, regional
from infra.cost.plans import on_plan
from infra.cost.traffic import Traffic
from tests.infra.cost.months import market

MONTH = Traffic()


def test_a_plan_costs_the_same_with_and_without_a_firewall() -> None:
    plain, protected = (on_plan(regional(MONTH, market(waf=waf)), MONTH, market(waf=waf)) for waf in (False, True))
    assert plain.usd == pytest.approx(protected.usd)
    assert protected.of(services.WAF) == 0


def test_what_a_plan_does_not_name_stays_on_the_bill() -> None:
    bill = on_plan(regional(MONTH, market()), MONTH, market())
    assert bill.lines[0].usd == 15
    kept = [line.what for line in bill.lines if line.service == services.CLOUDFRONT]
    assert kept == ["plan Pro", "KeyValueStore", "Origin Shield"]
    assert bill.of(services.S3) == regional(MONTH, market()).of(services.S3)


def test_lambda_at_edge_is_charged_and_its_place_in_a_plan_doubted() -> None:
    bill = on_plan(edge(MONTH, market()), MONTH, market())
    assert bill.of(services.EDGE) == edge(MONTH, market()).of(services.EDGE)
    assert "did not take Lambda@Edge" in bill.notes[-1]
    assert on_plan(regional(MONTH, market()), MONTH, market()).notes == ()


def test_the_plan_s_storage_is_taken_off_the_storage_only() -> None:
    bill = on_plan(regional(MONTH, market()), MONTH, market())
    assert bill.storage_usd == pytest.approx(regional(MONTH, market()).storage_usd - 50 * 0.023)
    small = Traffic(originals=1, variants=1)
    assert on_plan(regional(small, market()), small, market()).storage_usd == pytest.approx(0)


def test_more_than_any_plan_holds_is_on_request() -> None:
    month = MONTH.scaled_to(7e9)
    assert on_plan(regional(month, market()), month, market()).usd is None
