"""A bill adds its lines and keeps storage and options apart."""

from __future__ import annotations

from infra.cost.bill import Bill, BillLine

LINES = (BillLine("S3", "reads", 0.5, ""), BillLine("S3", "writes", 1.0, ""), BillLine("WAF", "rules", 2.0, ""))
STORAGE = (BillLine("S3", "originals", 4.0, ""),)


def test_the_sum_leaves_storage_and_options_out() -> None:
    bill = Bill("ours", LINES, STORAGE, optional=(BillLine("CloudWatch", "alarms", 8.0, ""),))
    assert (bill.usd, bill.storage_usd) == (3.5, 4.0)


def test_services_are_added_together() -> None:
    assert Bill("ours", LINES).of("S3") == 1.5
    assert Bill("ours", LINES).of("S3", "WAF", "Lambda") == 3.5


def test_a_quote_has_no_sum() -> None:
    assert Bill("theirs", (), quote="on request").usd is None
