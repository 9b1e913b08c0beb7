"""The report as text, and docs/cost.md, which quotes it."""

from __future__ import annotations

from dataclasses import replace

from infra.cost.bill import Bill, BillLine
from infra.cost.comparison import compare
from infra.cost.deployment import from_templates
from infra.cost.imagehub import edge, regional
from infra.cost.report import bill_text, comparison_text, money, traffic_sentence
from infra.cost.traffic import Traffic
from tests.infra.cost.months import RECOMMENDED, market
from tests.machine import ROOT

PAGE = (ROOT / "docs" / "cost.md").read_text()


def test_the_month_in_a_sentence() -> None:
    assert traffic_sentence(Traffic()) == (
        "10,000,000 requests, 95.0% hits, 200,000 new variants, 60 kB on average, 100 purges, 0 analyses, signed URLs"
    )
    assert traffic_sentence(Traffic(signed=False)).endswith("no signatures")


def test_a_bill_says_both_prices_and_why() -> None:
    text = bill_text(edge(Traffic(), market()), edge(Traffic(), market(waf=True)))
    assert text.startswith("imagehub, edge: 11.70 USD without WAF, 24.70 with it\n")
    assert "      6.00  Lambda@Edge      viewer-request: calls     10,000,000 calls, one for each request\n" in text
    assert "  apart from that, storage: 2.26 USD\n" in text


def test_money_has_cents_up_to_a_hundred() -> None:
    bills = [Bill("x", (BillLine("S3", "reads", usd, ""),)) for usd in (0.004, 11.696, 99.99, 1234.56)]
    assert [money(bill) for bill in bills] == ["0.00", "11.70", "99.99", "1,235"]
    assert money(Bill("x", (), quote="on request")) == "on request"


def test_a_price_with_and_without_a_firewall_is_written_once_if_it_is_the_same() -> None:
    text = comparison_text(compare(Traffic(), market()))
    row = next(line for line in text.splitlines() if line.startswith("Cloudinary"))
    assert row.split() == ["Cloudinary", "99.00", "549", "on", "request", "on", "request"]
    row = next(line for line in text.splitlines() if line.startswith("imagehub, regional  "))
    assert row.split()[2:5] == ["0.68", "/", "8.28"]


def test_the_page_shows_the_prices_of_the_recommended_deployment() -> None:
    for row in compare(Traffic(), market()):
        cells = []
        for without, protected in zip(row.without_waf, row.with_waf, strict=True):
            both = money(without), money(protected)
            cells.append(both[0] if both[0] == both[1] else " / ".join(both))
        assert f"| {row.name} | {' | '.join(cells)} |" in PAGE


def test_the_page_says_what_changes_the_bill() -> None:
    month, usual = Traffic(), edge(Traffic(), market()).usd or 0
    changes = {
        "WAF": edge(month, market(waf=True)),
        "signing keys read every 300 seconds instead of hourly": edge(
            month, market(replace(RECOMMENDED, key_poll_seconds=300))
        ),
        "Lambda's START, END and REPORT lines (`SystemLogLevel` above `WARN`)": edge(
            month, market(replace(RECOMMENDED, viewer_logs=True, renderer_logs=True))
        ),
        "a renderer of 2,048 MB instead of 1,024 MB": edge(
            month, market(replace(RECOMMENDED, renderer_memory_mb=2048))
        ),
        "the CloudFront Function instead of viewer-request": edge(month, market(), viewer_function=True),
        "no signatures": edge(Traffic(signed=False), market()),
    }
    for what, bill in changes.items():
        assert f"| {what} | {(bill.usd or 0) - usual:+.2f} |".replace("| -", "| −") in PAGE


def test_operations_says_what_the_optional_monitoring_costs() -> None:
    text = " ".join((ROOT / "docs" / "operations.md").read_text().split())
    costs = {line.what: line.usd for line in edge(Traffic(), market(from_templates())).optional}
    assert f"at most {sum(costs.values()):.2f} dollars a month" in text
    assert f"{costs['dashboards']:.2f} for the dashboard, {costs['metrics']:.2f} for the metrics" in text
    assert f"and {costs['alarms']:.2f} for the alarms" in text


def test_the_page_shows_both_bills_line_by_line() -> None:
    for bill in (edge(Traffic(), market(waf=True)), regional(Traffic(), market(waf=True))):
        for line in bill.lines:
            assert f"| {line.service} | {line.what} | {line.usd:.2f} |" in PAGE
