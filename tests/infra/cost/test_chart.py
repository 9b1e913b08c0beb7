"""The chart: an SVG of one group of bars for each number of requests."""

from __future__ import annotations

from xml.etree import ElementTree

from infra.cost.chart import chart
from infra.cost.comparison import VOLUMES, compare
from infra.cost.traffic import Traffic
from tests.infra.cost.months import market
from tests.machine import ROOT

SVG = "{http://www.w3.org/2000/svg}"
ROWS = compare(Traffic(), market())
DRAWN = ElementTree.fromstring(chart(ROWS))  # noqa: S314 # our own output


def bars() -> list[ElementTree.Element]:
    return list(DRAWN.iter(f"{SVG}rect"))


def test_one_bar_for_each_way_and_volume() -> None:
    assert len(bars()) == len(ROWS) * len(VOLUMES)


def test_nothing_is_drawn_outside_the_picture() -> None:
    width, height = float(DRAWN.attrib["width"]), float(DRAWN.attrib["height"])
    for bar in bars():
        assert float(bar.attrib["x"]) + float(bar.attrib["width"]) < width
        assert float(bar.attrib["y"]) + float(bar.attrib["height"]) < height


def test_a_dearer_way_has_a_longer_bar_and_one_without_a_price_has_none() -> None:
    drawn = [float(bar.attrib["width"]) for bar in bars()[: len(ROWS)]]
    prices = [row.without_waf[0].usd or 0 for row in ROWS]
    assert sorted(range(len(drawn)), key=drawn.__getitem__)[-1] == prices.index(max(prices))
    quoted = [index for index, row in enumerate(ROWS) if row.without_waf[-1].quote]
    assert [float(bars()[-len(ROWS) + index].attrib["width"]) for index in quoted] == [0.0]


def test_the_documented_chart_is_this_one() -> None:
    assert (ROOT / "docs" / "images" / "cost.svg").read_text() == chart(ROWS)
