"""The lines of AWS's services."""

from __future__ import annotations

import pytest

from infra.cost import services
from infra.cost.bill import total
from infra.cost.meter import Meter
from infra.cost.prices import FreeTiers, load_prices
from infra.cost.traffic import Traffic


@pytest.fixture
def meter() -> Meter:
    return Meter(load_prices(), FreeTiers.SHARED)


def test_egress_is_always_in_the_delivery(meter: Meter) -> None:
    lines = {line.what: line.usd for line in services.delivery(meter, Traffic().scaled_to(100e6))}
    assert lines["egress"] == pytest.approx((5587.94 - 1024) * 0.085, abs=0.01)
    assert lines["requests"] == 90
    assert lines["purges"] == 0


def test_a_purge_beyond_the_free_thousand_costs_half_a_cent(meter: Meter) -> None:
    assert services.delivery(meter, Traffic(purges=1_200))[-1].usd == pytest.approx(1.0)


def test_a_call_costs_by_number_duration_and_memory(meter: Meter) -> None:
    lines = services.calls(meter, 1e6, 100, 512, "rendering", "each", edge=True)
    assert [line.usd for line in lines] == [pytest.approx(0.60), pytest.approx(50_000 * 0.00005001)]
    assert lines[1].why == "50,000 GB-seconds: 1,000,000 × 100 ms × 512 MB"


def test_a_regional_call_costs_a_third(meter: Meter) -> None:
    edge = total(services.calls(meter, 1e6, 100, 512, "rendering", "each", edge=True))
    assert total(services.calls(meter, 1e6, 100, 512, "gateway", "each")) == pytest.approx(edge / 3, rel=0.01)


def test_a_firewall_inspects_hits_too(meter: Meter) -> None:
    assert [line.usd for line in services.firewall(meter, Traffic(), 2)] == [5.0, 2.0, pytest.approx(6.0)]


def test_nothing_analysed_is_no_line(meter: Meter) -> None:
    assert services.analysis(meter, Traffic()) == []
    assert services.analysis(meter, Traffic(analyses=1_500_000))[0].usd == pytest.approx(1000 + 400)


def test_a_secret_costs_itself_and_its_reads(meter: Meter) -> None:
    assert [line.usd for line in services.signing_secret(meter, 10_000, "reads")] == [0.40, pytest.approx(0.05)]


def test_originals_levels_and_variants_are_lines_of_their_own(meter: Meter) -> None:
    lines = services.storage(meter, originals=100.0, levels=10.0)
    assert [(line.what, line.usd) for line in lines] == [("originals", 2.3), ("levels", pytest.approx(0.23))]
