"""Markets and months that the tests price."""

from __future__ import annotations

from infra.cost.deployment import Deployment
from infra.cost.market import Market
from infra.cost.measured import load_measured
from infra.cost.prices import FreeTiers, load_prices

#: The deployment whose prices docs/cost.md states: enough memory, keys read hourly, no lines of Lambda's own.
RECOMMENDED = Deployment(
    renderer_memory_mb=1024, viewer_logs=False, renderer_logs=False, waf_rules=2, key_poll_seconds=3600
)
#: The template as it was before its bill was looked at.
FIRST = Deployment(renderer_memory_mb=2048, viewer_logs=True, renderer_logs=True, key_poll_seconds=300)


def market(deployment: Deployment = RECOMMENDED, waf: bool = False, free_tiers: FreeTiers = FreeTiers.SHARED) -> Market:
    return Market(load_prices(), load_measured(), deployment, free_tiers, waf)
