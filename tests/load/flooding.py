"""Runs attacks against a site, and measures what they cost."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass

from tests.load.attacks import WARMING, Attack
from tests.load.client import Ask, Reply, Visit, flood
from tests.load.processes import cpu_seconds
from tests.load.site import Site


@dataclass(frozen=True)
class Cost:
    """What the servers did during ``visit``; ``calls`` are storage calls by kind."""

    name: str
    visit: Visit
    calls: Counter[str]
    cpu: float
    seconds: float

    @property
    def decodes(self) -> int:
        return self.calls["decode"]

    @property
    def writes(self) -> int:
        return self.calls["put"]

    @property
    def reads(self) -> int:
        return sum(number for kind, number in self.calls.items() if kind.startswith(("get", "head")))


def run(site: Site, attack: Attack, requests: int) -> Cost:
    """Send a number of requests of one kind."""
    before, cpu, began = site.counted(), cpu_seconds(site.cdn.pid), time.perf_counter()
    visit = flood(site.cdn.url, attack.asks(requests), _any_reply)
    seconds = time.perf_counter() - began
    return Cost(attack.name, visit, site.counted() - before, cpu_seconds(site.cdn.pid) - cpu, seconds)


def warm(site: Site) -> None:
    visit = flood(site.cdn.url, iter(WARMING), _any_reply, connections=1)
    assert not visit.wrong, visit.wrong


def _any_reply(_ask: Ask, _reply: Reply) -> None:
    """Only the status matters."""


def table(costs: list[Cost]) -> str:
    """The results as a Markdown table."""
    lines = [
        "| flood of random | requests | answers | decodes | writes | store reads | MB read | CPU ms a request |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for cost in costs:
        statuses = ", ".join(f"{status}: {number:,}" for status, number in sorted(cost.visit.statuses.items()))
        cells = [cost.name, f"{cost.visit.requests:,}", statuses, cost.decodes, cost.writes, f"{cost.reads:,}"]
        cells += [f"{cost.calls['read'] / 1e6:.1f}", f"{cost.cpu / cost.visit.requests * 1000:.1f}"]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)
