"""What is the same for every side."""

from __future__ import annotations

import pytest

from infra.cost.traffic import Traffic
from tests.infra.cost.months import market


def test_a_firewall_is_there_only_if_asked_for() -> None:
    assert market().firewall(market().meter(), Traffic()) == []
    assert sum(line.usd for line in market(waf=True).firewall(market().meter(), Traffic())) == pytest.approx(13.0)


def test_rendering_is_measured_computing_and_waiting_for_s3() -> None:
    assert market().render_ms("imagehub", 1769, 3, 1) == 202
    assert market().render_ms("sharp", 1769, 1, 1) - market().render_ms("sharp", 1769, 0, 0) == 80
