"""CloudFront's flat-rate plans: one price a month for delivery, CloudFront Functions and WAF."""

from __future__ import annotations

from dataclasses import replace

from infra.cost import services
from infra.cost.bill import Bill, BillLine, total
from infra.cost.market import Market
from infra.cost.traffic import Traffic

#: CloudFront's lines that a plan does not name, so they are taken as charged.
_CHARGED = ("Origin Shield", "KeyValueStore")
_UNSURE = (
    "When the plans started, they did not take Lambda@Edge; an article says that they do since March 2026. "
    "Lambda@Edge is priced as without a plan."
)


def on_plan(bill: Bill, traffic: Traffic, market: Market) -> Bill:
    """The bill with the cheapest plan that holds the traffic in place of CloudFront and WAF."""
    name = f"{bill.name}, flat-rate plan"
    offer = market.prices.cheapest("cloudfront", requests=traffic.requests, egress_gb=traffic.egress_gb)
    if offer is None:
        return replace(bill, name=name, quote="on request")
    replaced = [line for line in bill.lines if _is_in_plan(line)]
    why = f"in place of {total(replaced):,.2f} USD; WAF is in it"
    plan = BillLine(services.CLOUDFRONT, f"plan {offer.name}", offer.usd, why)
    kept = tuple(line for line in bill.lines if line not in replaced)
    notes = (*bill.notes, _UNSURE) if bill.of(services.EDGE) else bill.notes
    storage = _with_credit(bill, offer.allowance["storage_gb"], market)
    return replace(bill, name=name, lines=(plan, *kept), storage=storage, notes=notes)


def _is_in_plan(line: BillLine) -> bool:
    return line.service == services.WAF or (line.service == services.CLOUDFRONT and line.what not in _CHARGED)


def _with_credit(bill: Bill, gigabytes: float, market: Market) -> tuple[BillLine, ...]:
    credit = min(bill.storage_usd, market.prices["s3_storage"].of(gigabytes, market.free_tiers))
    return (*bill.storage, BillLine(services.S3, "the plan's credit", -credit, f"{gigabytes:,.0f} GB of S3 Standard"))
