"""The report as text: our bills line by line, then every way side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from infra.cost.bill import Bill, BillLine
from infra.cost.comparison import VOLUMES, ComparisonRow
from infra.cost.meter import amount
from infra.cost.traffic import Traffic

_NAME, _COLUMN = 54, 18


def traffic_sentence(traffic: Traffic) -> str:
    signed = "signed URLs" if traffic.signed else "no signatures"
    return (
        f"{amount(traffic.requests)} requests, {traffic.hits:.1%} hits, {amount(traffic.variants)} new variants, "
        f"{traffic.average_bytes / 1000:,.0f} kB on average, {amount(traffic.purges)} purges, "
        f"{amount(traffic.analyses)} analyses, {signed}"
    )


def bill_text(bill: Bill, with_waf: Bill | None = None) -> str:
    """One bill line by line; ``with_waf`` is the same with a firewall."""
    lines = bill.lines if with_waf is None else with_waf.lines
    head = f"{bill.name}: {money(bill)} USD"
    if with_waf is not None:
        head += f" without WAF, {money(with_waf)} with it"
    text = [head, *_lines(lines)]
    if bill.storage:
        text += [f"  apart from that, storage: {bill.storage_usd:,.2f} USD", *_lines(bill.storage)]
    if bill.optional:
        text += [f"  optional: {sum(line.usd for line in bill.optional):,.2f} USD", *_lines(bill.optional)]
    return "\n".join([*text, *(f"  Note: {note}" for note in bill.notes)])


def _lines(lines: Sequence[BillLine]) -> Iterator[str]:
    for line in lines:
        yield f"  {line.usd:>10,.2f}  {line.service:<16} {line.what:<25} {line.why}"


def comparison_text(rows: Sequence[ComparisonRow], volumes: Sequence[float] = VOLUMES) -> str:
    """A table: without / with WAF for each number of requests."""
    heads = "".join(f"{requests / 1e6:>{_COLUMN - 2},.0f} M" for requests in volumes)
    text = ["USD a month without / with WAF, egress included, storage apart, at requests of", f"{'':<{_NAME}}{heads}"]
    for row in rows:
        pairs = zip(row.without_waf, row.with_waf, strict=True)
        cells = "".join(f"{_cell(without, protected):>{_COLUMN}}" for without, protected in pairs)
        text.append(f"{row.name:<{_NAME}}{cells}")
    notes = {(row.name, note) for row in rows for bill in row.without_waf if not bill.quote for note in bill.notes}
    return "\n".join([*text, *(f"{name}: {note}" for name, note in sorted(notes))])


def _cell(without: Bill, protected: Bill) -> str:
    return money(without) if money(without) == money(protected) else f"{money(without)} / {money(protected)}"


def money(bill: Bill) -> str:
    """Cents up to 100 USD."""
    usd = bill.usd
    if usd is None:
        return bill.quote
    return f"{usd:,.2f}" if usd < 100 else f"{usd:,.0f}"
