"""AWS's own ways, for the same traffic and by the same rules."""

from __future__ import annotations

import pytest

from infra.cost import services
from infra.cost.peers import aws_ecs, aws_lambda, aws_samples, in_advance
from infra.cost.traffic import Traffic
from tests.infra.cost.months import market

MONTH = Traffic()
ALL = (aws_samples, aws_lambda, aws_ecs, in_advance)


def test_the_reference_month() -> None:
    assert [round(each(MONTH, market()).usd or 0, 1) for each in ALL] == [6.3, 12.0, 128.2, 8.7]


def test_a_handler_that_stores_nothing_renders_every_miss() -> None:
    compute = {
        bill.name: bill.of(services.LAMBDA) for bill in (aws_samples(MONTH, market()), aws_lambda(MONTH, market()))
    }
    assert compute["AWS's handler, Lambda"] > 2 * compute["aws-samples/image-optimization"]
    assert [line.what for line in aws_lambda(MONTH, market()).storage] == ["originals"]


def test_ecs_needs_tasks_without_traffic_and_more_with_it() -> None:
    quiet = aws_ecs(Traffic(requests=0, variants=0), market())
    assert quiet.usd == pytest.approx(127, abs=1)
    assert aws_ecs(MONTH.scaled_to(1e9), market()).of("Fargate") == pytest.approx(8.5 * quiet.of("Fargate"), rel=0.1)


def test_everything_in_advance_is_the_ladder_in_each_format() -> None:
    bill = in_advance(MONTH, market())
    assert bill.of(services.LAMBDA) > 0
    (why,) = [line.why for line in bill.lines if line.what == "function: calls"]
    assert why == "780,000 calls, 20,000 originals × 13 widths × 3 formats"


@pytest.mark.parametrize("priced", ALL, ids=[each.__name__ for each in ALL])
def test_egress_and_a_firewall_cost_every_side_the_same(priced: object) -> None:
    assert callable(priced)
    bill, protected = priced(MONTH.scaled_to(1e8), market()), priced(MONTH.scaled_to(1e8), market(waf=True))
    assert [line.usd for line in bill.lines if line.what == "egress"] == [pytest.approx(387.93, abs=0.01)]
    assert protected.usd - bill.usd == pytest.approx(67)
