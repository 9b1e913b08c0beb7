"""What every bill is made from besides the traffic."""

from __future__ import annotations

from dataclasses import dataclass

from infra.cost import services
from infra.cost.bill import BillLine
from infra.cost.deployment import Deployment
from infra.cost.measured import Measured
from infra.cost.meter import Meter
from infra.cost.prices import FreeTiers, PriceList
from infra.cost.traffic import Traffic


@dataclass(frozen=True, slots=True)
class Market:
    """Without ``waf``, no side has a firewall; free tiers are the same for every side."""

    prices: PriceList
    measured: Measured
    deployment: Deployment
    free_tiers: FreeTiers = FreeTiers.SHARED
    waf: bool = False

    def meter(self) -> Meter:
        return Meter(self.prices, self.free_tiers)

    def firewall(self, meter: Meter, traffic: Traffic) -> list[BillLine]:
        """The same rules for every side."""
        return services.firewall(meter, traffic, self.deployment.waf_rules) if self.waf else []

    def render_ms(self, engine: str, memory_mb: int, gets: int, puts: int) -> int:
        return self.measured.billed_ms(self.measured.render_ms(engine), memory_mb, gets, puts)
