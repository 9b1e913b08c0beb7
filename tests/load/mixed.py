"""Hits, misses and attacks at once: every reply is checked, and the servers' work is counted."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from threading import Lock

from tests.load.attacks import ATTACKS, Attack
from tests.load.client import Ask, Reply, Visit, flood
from tests.load.expected import ReplyChecker, Variant, off_the_ladder, on_the_ladder
from tests.load.flooding import Cost, warm
from tests.load.processes import cpu_seconds, megabytes
from tests.load.site import Site

#: Attacks that render nothing, so that each rendering belongs to a regular request.
HARMLESS = tuple(attack for attack in ATTACKS if attack.decodes == 0)
#: How many requests for a new variant are sent at once.
_CROWD = 4


@dataclass
class Mix:
    """An endless mix of requests: new variants (several at once), existing ones in any spelling, and attacks."""

    site: Site
    variants: list[Variant]
    deadline: float
    rng: random.Random = field(default_factory=lambda: random.Random(4))  # noqa: S311 # repeatable
    made: list[Variant] = field(default_factory=list)
    started: int = 0
    _known: set[Variant] = field(default_factory=set)
    _pending: list[Ask] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def asks(self) -> Iterator[Ask]:
        while time.monotonic() < self.deadline or self.started < len(self.variants):
            yield self._next()

    def answered(self, ask: Ask) -> None:
        """Allow requests for the variant in other spellings from now on."""
        if isinstance(ask.about, Variant) and ask.method == "GET" and "Range" not in ask.headers:
            with self._lock:
                if ask.about not in self._known:
                    self._known.add(ask.about)
                    self.made.append(ask.about)

    def _next(self) -> Ask:
        if self._pending:
            return self._pending.pop()
        roll = self.rng.random()
        if self.started < len(self.variants) and (roll < 0.15 or not self.made):
            variant = self.variants[self.started]
            self.started += 1
            self._pending = [variant.ask(self.site, time.time())] * _CROWD
            return self._pending.pop()
        return self._attack() if roll > 0.7 or not self.made else self._again(self.rng.choice(self.made))

    def _attack(self) -> Ask:
        attack: Attack = self.rng.choice(HARMLESS)
        return attack.ask(self.rng)

    def _again(self, variant: Variant) -> Ask:
        """A request for an existing variant as old pages, scripts, range requests or trackers send it."""
        ask = variant.ask(self.site, time.time())
        match self.rng.randrange(6):
            case 0:
                return replace(ask, target=f"{ask.target}&utm_source={self.rng.random()}&fbclid=x")
            case 1:
                return replace(ask, method="HEAD")
            case 2:
                return replace(ask, right=frozenset({206}), headers={**ask.headers, "Range": "bytes=5-60"})
            case 3:
                return replace(ask, target=ask.target.replace("v=1f2e3d4c", f"v={self.rng.getrandbits(32):08x}"))
            case 4:
                return replace(ask, target=ask.target.replace("v=1f2e3d4c", "_=1"))
            case _:
                return ask


@dataclass(frozen=True)
class Memory:
    """Megabytes of the local CloudFront's server process, and of its workers, which run the functions."""

    server: float
    workers: float

    @classmethod
    def of(cls, site: Site) -> Memory:
        server, *workers = megabytes(site.cdn.pid)
        return cls(server, sum(workers))


@dataclass(frozen=True)
class MixedResult:
    """The results since the site's start. ``memory`` is sampled at a tenth, half and the end of the time."""

    cost: Cost
    distinct: int
    stored: int
    lost: set[str]
    memory: tuple[Memory, ...]

    @property
    def rendered_once(self) -> bool:
        return self.cost.decodes == self.cost.writes == self.stored == self.distinct


def run(site: Site, seconds: float, classes: tuple[str, ...], signed: int) -> MixedResult:
    """Run for at least ``seconds``, and until each variant has been requested."""
    warm(site)
    variants = [*on_the_ladder(site, classes), *off_the_ladder(site, signed)]
    began = time.monotonic()
    mix, checker = Mix(site, variants, began + seconds), ReplyChecker(site.policy.full_side)
    memory: list[Memory] = []

    def check(ask: Ask, reply: Reply) -> str | None:
        wrong = checker.check(ask, reply)
        mix.answered(ask)
        return wrong

    def sampled() -> Iterator[Ask]:
        for ask in mix.asks():
            done = min((time.monotonic() - began) / seconds, mix.started / len(variants))
            if len(memory) < 2 and done > (0.1, 0.5)[len(memory)]:
                memory.append(Memory.of(site))
            yield ask

    visit: Visit = flood(site.cdn.url, sampled(), check)
    cost = Cost("mixed", visit, site.counted(), cpu_seconds(site.cdn.pid), time.monotonic() - began)
    stored, served = (
        site.variants(),
        {variant.stored_as(site.policy.rev): body for variant, body in checker.bodies.items()},
    )
    lost = {key for key, body in served.items() if key not in stored or site.store.get(key).body != body}
    distinct = {variant.stored_as(site.policy.rev) for variant in variants} | site.warmed
    return MixedResult(cost, len(distinct), len(stored), lost, (*memory, Memory.of(site)))


def table(results: list[tuple[str, MixedResult]]) -> str:
    """The results as a Markdown table."""
    lines = [
        "| over | requests | a second | wrong | decodes | writes | variants | lost | MB: server | MB: functions |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, load in results:
        visit = load.cost.visit
        cells = [name, f"{visit.requests:,}", f"{visit.requests / load.cost.seconds:.0f}", len(visit.wrong)]
        cells += [load.cost.decodes, load.cost.writes, load.distinct, len(load.lost)]
        cells.append(" → ".join(f"{memory.server:.0f}" for memory in load.memory))
        cells.append(" → ".join(f"{memory.workers:.0f}" for memory in load.memory))
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)
