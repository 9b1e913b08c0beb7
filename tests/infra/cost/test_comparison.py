"""Every way side by side."""

from __future__ import annotations

from infra.cost.comparison import VOLUMES, all_bills, compare
from infra.cost.traffic import Traffic
from tests.infra.cost.months import market

ROWS = compare(Traffic(), market())


def test_each_way_has_one_row_with_each_volume() -> None:
    names = [row.name for row in ROWS]
    assert len(set(names)) == len(names) == len(all_bills(Traffic(), market()))
    assert all(len(row.without_waf) == len(row.with_waf) == len(VOLUMES) for row in ROWS)


def test_the_volume_of_the_reference_month_is_its_bill() -> None:
    month = VOLUMES.index(10e6)
    assert [row.without_waf[month] for row in ROWS] == list(all_bills(Traffic(), market()))
    assert [row.with_waf[month] for row in ROWS] == list(all_bills(Traffic(), market(waf=True)))


def test_more_requests_never_cost_less() -> None:
    for row in ROWS:
        prices = [bill.usd for bill in row.without_waf if bill.usd is not None]
        assert prices == sorted(prices)


def test_the_regional_mode_is_the_cheapest_of_ours() -> None:
    ours = {row.name: [bill.usd or 0 for bill in row.without_waf] for row in ROWS if row.name.startswith("imagehub")}
    cheapest = ours["imagehub, regional"]
    assert all(prices >= cheapest for name, prices in ours.items() if not name.endswith("plan"))
