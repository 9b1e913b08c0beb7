"""Published prices of services that serve images without AWS. WAF and free tiers are part of their plans."""

from __future__ import annotations

from infra.cost.bill import Bill, BillLine
from infra.cost.market import Market
from infra.cost.traffic import Traffic


def cloudinary(traffic: Traffic, market: Market) -> Bill:
    """Credits: 1,000 transformations, 1 GB stored or 1 GB to visitors each; the cheapest plan that has enough."""
    rendered = traffic.variants / 1000
    stored = traffic.originals_gb + traffic.variants_gb
    credits = rendered + stored + traffic.egress_gb
    parts = f"{rendered:,.0f} for transformations, {stored:,.0f} for storage, {traffic.egress_gb:,.0f} for egress"
    why = f"{credits:,.0f} credits: {parts}"
    plan = market.prices.cheapest("cloudinary", credits=credits)
    if plan is None:
        return Bill("Cloudinary", (), notes=(why,), quote="on request")
    return Bill("Cloudinary", (BillLine("Cloudinary", f"plan {plan.name}", plan.usd, why),), notes=(_INCLUDED,))


def cloudflare_transformations(traffic: Traffic, market: Market) -> Bill:
    """Originals in a bucket of ours. Only this month's new variants count, which is the least that it can cost."""
    meter = market.meter()
    unique = traffic.variants / len(market.measured.formats)
    why = f"unique transformations: new variants, whose {len(market.measured.formats)} formats count once"
    line = meter.line("cloudflare_transformations", unique, "Cloudflare Images", "transformations", why)
    note = "Older variants that visitors ask for in the month cost the same again."
    return Bill("Cloudflare Images, own bucket", (line,), notes=(note,))


def cloudflare_hosted(traffic: Traffic, market: Market) -> Bill:
    meter = market.meter()
    lines = (
        meter.line("cloudflare_delivered", traffic.requests, "Cloudflare Images", "delivery", "images delivered"),
        meter.line("cloudflare_stored", traffic.originals, "Cloudflare Images", "originals", "originals kept"),
    )
    return Bill("Cloudflare Images, hosted", lines, notes=(_INCLUDED,))


_INCLUDED = "Storage is in the price."
