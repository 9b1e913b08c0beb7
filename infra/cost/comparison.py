"""All bills side by side, for a month and for the same site at other numbers of requests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from infra.cost import peers, vendors
from infra.cost.bill import Bill
from infra.cost.imagehub import edge, regional
from infra.cost.market import Market
from infra.cost.plans import on_plan
from infra.cost.traffic import Traffic

VOLUMES = (1e6, 10e6, 100e6, 1_000e6)
_Priced = Callable[[Traffic, Market], Bill]


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One way to serve images: its bills by number of requests, without and with a firewall.

    Where a firewall is part of the price both are the same bill.
    """

    name: str
    without_waf: tuple[Bill, ...]
    with_waf: tuple[Bill, ...]


def _edge_with_function(traffic: Traffic, market: Market) -> Bill:
    return edge(traffic, market, viewer_function=True)


OURS: tuple[_Priced, ...] = (edge, _edge_with_function, regional)
OTHERS: tuple[_Priced, ...] = (
    peers.aws_samples,
    peers.aws_lambda,
    peers.aws_ecs,
    peers.in_advance,
    vendors.cloudinary,
    vendors.cloudflare_transformations,
    vendors.cloudflare_hosted,
)


def own_bills(traffic: Traffic, market: Market) -> tuple[Bill, ...]:
    """Ours on pay-as-you-go."""
    return tuple(each(traffic, market) for each in OURS)


def all_bills(traffic: Traffic, market: Market) -> tuple[Bill, ...]:
    """Ours, ours on flat-rate plans, and the others."""
    own = own_bills(traffic, market)
    planned = (on_plan(bill, traffic, market) for bill in own)
    return (*own, *planned, *(each(traffic, market) for each in OTHERS))


def compare(traffic: Traffic, market: Market, volumes: Sequence[float] = VOLUMES) -> list[ComparisonRow]:
    """One row for each way, one bill for each of ``volumes``."""
    months = [traffic.scaled_to(requests) for requests in volumes]
    without, with_waf = ([all_bills(month, replace(market, waf=waf)) for month in months] for waf in (False, True))
    by_way = zip(zip(*without, strict=True), zip(*with_waf, strict=True), strict=True)
    return [ComparisonRow(bills[0].name, bills, protected) for bills, protected in by_way]
