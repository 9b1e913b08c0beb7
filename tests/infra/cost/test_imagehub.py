"""Our own bills, and the budgets for them."""

from __future__ import annotations

import pytest

from infra.cost import services
from infra.cost.bill import Bill
from infra.cost.imagehub import edge, regional
from infra.cost.peers import aws_lambda, aws_samples
from infra.cost.prices import FreeTiers
from infra.cost.traffic import Traffic
from tests.infra.cost.months import FIRST, market
from tests.machine import ROOT

MONTH = Traffic()


def usd(bill: Bill) -> float:
    assert bill.usd is not None
    return bill.usd


def lines(bill: Bill) -> dict[str, float]:
    return {f"{line.service}: {line.what}": line.usd for line in bill.lines}


def test_edge_stays_within_its_budget() -> None:
    assert usd(edge(MONTH, market())) <= 12
    assert usd(edge(MONTH, market())) <= usd(aws_lambda(MONTH, market()))


def test_regional_costs_no_more_than_aws_samples_but_for_the_signing() -> None:
    assert usd(regional(MONTH, market())) <= 5.4
    assert usd(regional(MONTH, market())) <= usd(aws_samples(MONTH, market()))


def test_the_first_template_cost_three_times_as_much() -> None:
    bill = edge(MONTH, market(FIRST, waf=True))
    assert usd(bill) == pytest.approx(31.7, abs=0.1)
    assert bill.of(services.WAF) == pytest.approx(12.0)
    assert bill.of(services.SECRETS) == pytest.approx(5.66, abs=0.01)
    assert bill.of(services.LOGS) == pytest.approx(1.73, abs=0.01)


def test_every_request_is_a_call_at_the_edge_and_every_miss_another() -> None:
    bill = lines(edge(MONTH, market()))
    assert bill["Lambda@Edge: viewer-request: calls"] == pytest.approx(6.0)
    assert bill["Lambda@Edge: rendering: calls"] + bill["Lambda@Edge: stored variants: calls"] == pytest.approx(0.30)


def test_a_cloudfront_function_replaces_viewer_request_and_its_reads_of_the_secret() -> None:
    bill = lines(edge(MONTH, market(), viewer_function=True))
    assert "Lambda@Edge: viewer-request: calls" not in bill
    assert bill["CloudFront: function"] == pytest.approx(0.80)
    assert bill["Secrets Manager: reads"] == 0


def test_without_signatures_there_is_no_secret_and_no_key_value_store() -> None:
    unsigned = Traffic(signed=False)
    for bill in (edge(unsigned, market()), regional(unsigned, market())):
        assert bill.of(services.SECRETS) == 0
        assert "CloudFront: KeyValueStore" not in lines(bill)
    assert usd(regional(MONTH, market())) - usd(regional(unsigned, market())) == pytest.approx(0.64)


def test_storage_is_apart() -> None:
    bill = regional(MONTH, market())
    assert [line.what for line in bill.storage] == ["originals", "levels", "variants"]
    assert not [line for line in bill.lines if line.what in ("originals", "levels", "variants")]


def test_free_tiers_of_lambda_help_the_regional_mode_only() -> None:
    everything = market(free_tiers=FreeTiers.ALL)
    assert usd(regional(MONTH, everything)) < usd(regional(MONTH, market())) - 0.8
    assert usd(edge(MONTH, everything)) == pytest.approx(usd(edge(MONTH, market())), abs=0.1)


def test_every_line_is_explained() -> None:
    for bill in (edge(MONTH, market(waf=True)), regional(MONTH, market(waf=True))):
        assert all(line.why for line in (*bill.lines, *bill.storage, *bill.optional))


def test_the_page_about_the_modes_has_these_figures() -> None:
    (row,) = (line for line in (ROOT / "docs/modes.md").read_text().splitlines() if "[reference month]" in line)
    found = [edge(MONTH, market()), edge(MONTH, market(), viewer_function=True), regional(MONTH, market())]
    assert row.split("|")[2:5] == [f" {usd(bill):.2f} " for bill in found]
