"""The report for programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from infra.cost.bill import Bill, BillLine
from infra.cost.comparison import VOLUMES, ComparisonRow
from infra.cost.market import Market
from infra.cost.traffic import Traffic

_CENTS = 6


def report_data(
    traffic: Traffic,
    market: Market,
    bills: Iterable[Bill],
    rows: Sequence[ComparisonRow],
    volumes: Sequence[float] = VOLUMES,
) -> dict[str, Any]:
    """Everything of the report, with the prices and their sources. ``usd`` is null where no price is published."""
    return {
        "currency": "USD",
        "traffic": asdict(traffic),
        "deployment": asdict(market.deployment),
        "free_tiers": market.free_tiers.value,
        "formats": list(market.measured.formats),
        "bills": [_bill(bill) for bill in bills],
        "comparison": [
            {
                "name": row.name,
                "months": [
                    {"requests": requests, "without_waf": without.usd, "with_waf": protected.usd}
                    for requests, without, protected in zip(volumes, row.without_waf, row.with_waf, strict=True)
                ],
            }
            for row in rows
        ],
        "prices": price_data(market),
    }


def price_data(market: Market) -> list[dict[str, Any]]:
    """Prices in the order of their file. A tier without an end has null there."""
    return [
        {
            "name": price.name,
            "unit": price.unit,
            "tiers": [{"up_to": None if end == float("inf") else end, "usd": usd} for end, usd in price.tiers],
            "free": price.free,
            "source": price.source,
            "date": price.read.isoformat(),
            "verified": price.verified,
            "note": price.note,
        }
        for price in market.prices.prices.values()
    ]


def _bill(bill: Bill) -> dict[str, Any]:
    return {
        "name": bill.name,
        "usd": bill.usd,
        "lines": _lines(bill.lines),
        "storage": _lines(bill.storage),
        "optional": _lines(bill.optional),
        "notes": list(bill.notes),
    }


def _lines(lines: Iterable[BillLine]) -> list[dict[str, Any]]:
    return [{**asdict(line), "usd": round(line.usd, _CENTS)} for line in lines]
