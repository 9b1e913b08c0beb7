"""Each type of resource that costs money has its line, and the template has no other type."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from infra.cost.bill import BillLine
from infra.cost.deployment import INFRA, from_templates
from infra.cost.errors import CostError
from infra.cost.imagehub import edge, regional
from infra.cost.meter import Meter
from infra.cost.prices import load_prices
from infra.cost.resources import BESIDE_THE_BILL, FREE, ON_THE_BILL, require_priced
from infra.cost.traffic import Traffic
from infra.local.cloudfront.cloudformation import Template
from tests.infra.cost.months import market
from tests.machine import ROOT


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names of the prices that our bills use, both ways to run the edge, with everything optional."""
    names: set[str] = set()
    line = Meter.line

    def record(self: Meter, price: str, units: float, service: str, what: str, why: str) -> BillLine:
        names.add(price)
        return line(self, price, units, service, what, why)

    monkeypatch.setattr(Meter, "line", record)
    everything = replace(market(waf=True), deployment=from_templates())
    for bill in (edge(Traffic(), everything), edge(Traffic(), everything, True), regional(Traffic(), everything)):
        assert bill.lines
    return names


def kinds() -> set[str]:
    documents = [Template.read(path).document for path in INFRA.rglob("*.yaml")]
    return {resource["Type"] for document in documents for resource in document.get("Resources", {}).values()}


def test_each_resource_of_the_template_that_costs_money_has_its_lines(used: set[str]) -> None:
    require_priced(kinds())
    needed = {price for kind in kinds() & ON_THE_BILL.keys() for price in ON_THE_BILL[kind]}
    assert needed - used == set()


def test_every_line_of_our_bills_is_of_a_resource(used: set[str]) -> None:
    assert used == {price for prices in ON_THE_BILL.values() for price in prices}


def test_no_type_is_in_two_lists_and_every_price_exists() -> None:
    assert not ON_THE_BILL.keys() & BESIDE_THE_BILL.keys()
    assert not FREE.keys() & (ON_THE_BILL.keys() | BESIDE_THE_BILL.keys())
    prices = load_prices()
    for names in (*ON_THE_BILL.values(), *BESIDE_THE_BILL.values()):
        assert [prices[name].source for name in names]


def test_what_is_beside_the_bill_is_explained(used: set[str]) -> None:
    page = (ROOT / "docs" / "cost.md").read_text()
    for names in BESIDE_THE_BILL.values():
        for name in names:
            assert name not in used
            assert f"`{name}`" in page, name


@pytest.mark.parametrize("kind", ["AWS::EC2::NatGateway", "AWS::S3::BucketX", "AWS::CloudFront::Unknown"])
def test_another_type_is_refused_with_a_sentence(kind: str, tmp_path: Path) -> None:
    with pytest.raises(CostError, match=f"whose price is not known: {kind}. Say in infra/cost/resources.py"):
        require_priced([kind, "AWS::IAM::Role"])
    (tmp_path / "template.yaml").write_text(f"Resources:\n  More:\n    Type: {kind}\n")
    with pytest.raises(CostError, match="whose price is not known"):
        from_templates(tmp_path)
