"""Hits, misses and attacks, mixed: every reply is judged, and what the servers did is counted."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from threading import Lock

from tests.load.attacks import ATTACKS, Attack
from tests.load.client import Ask, Reply, Visit, flood
from tests.load.flooding import Cost, warm
from tests.load.processes import cpu_seconds, megabytes
from tests.load.site import Site
from tests.load.wanted import Looker, Variant, beside_it, on_the_ladder

#: Those whose variants are none of the honest ones', so that each decode has its owner.
HARMLESS = tuple(attack for attack in ATTACKS if attack.decodes == 0)
#: How many ask for a new variant at once.
_CROWD = 4


@dataclass
class Mix:
    """Endless questions: what nobody has asked for yet, by several at once; what is there, under any spelling; harm."""

    site: Site
    variants: list[Variant]
    deadline: float
    rolls: random.Random = field(default_factory=lambda: random.Random(4))  # noqa: S311 # the same load each time
    made: list[Variant] = field(default_factory=list)
    started: int = 0
    _known: set[Variant] = field(default_factory=set)
    _crowd: list[Ask] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def asks(self) -> Iterator[Ask]:
        while time.monotonic() < self.deadline or self.started < len(self.variants):
            yield self._next()

    def answered(self, ask: Ask) -> None:
        """From now on it may be asked for under every name."""
        if isinstance(ask.about, Variant) and ask.method == "GET" and "Range" not in ask.headers:
            with self._lock:
                if ask.about not in self._known:
                    self._known.add(ask.about)
                    self.made.append(ask.about)

    def _next(self) -> Ask:
        if self._crowd:
            return self._crowd.pop()
        roll = self.rolls.random()
        if self.started < len(self.variants) and (roll < 0.15 or not self.made):
            variant = self.variants[self.started]
            self.started += 1
            self._crowd = [variant.ask(self.site, time.time())] * _CROWD
            return self._crowd.pop()
        return self._harm() if roll > 0.7 or not self.made else self._again(self.rolls.choice(self.made))

    def _harm(self) -> Ask:
        attack: Attack = self.rolls.choice(HARMLESS)
        return attack.ask(self.rolls)

    def _again(self, variant: Variant) -> Ask:
        """What is there, as an old page, a script, a seeker or a tracker writes it."""
        ask = variant.ask(self.site, time.time())
        match self.rolls.randrange(6):
            case 0:
                return replace(ask, target=f"{ask.target}&utm_source={self.rolls.random()}&fbclid=x")
            case 1:
                return replace(ask, method="HEAD")
            case 2:
                return replace(ask, right=frozenset({206}), headers={**ask.headers, "Range": "bytes=5-60"})
            case 3:
                return replace(ask, target=ask.target.replace("v=1f2e3d4c", f"v={self.rolls.getrandbits(32):08x}"))
            case 4:
                return replace(ask, target=ask.target.replace("v=1f2e3d4c", "_=1"))
            case _:
                return ask


@dataclass(frozen=True)
class Memory:
    """MB of the server, which is the local CloudFront, and of its workers together, which are the functions."""

    server: float
    workers: float

    @classmethod
    def of(cls, site: Site) -> Memory:
        server, *workers = megabytes(site.cdn.pid)
        return cls(server, sum(workers))


@dataclass(frozen=True)
class Held:
    """What a load came to, from the site's start. ``memory`` at a tenth, half and the end of the time."""

    cost: Cost
    distinct: int
    stored: int
    lost: set[str]
    memory: tuple[Memory, ...]

    @property
    def exact(self) -> bool:
        return self.cost.decodes == self.cost.writes == self.stored == self.distinct


def run(site: Site, seconds: float, classes: tuple[str, ...], signed: int) -> Held:
    """A load of at least so many seconds, until each variant has been asked for."""
    warm(site)
    variants = [*on_the_ladder(site, classes), *beside_it(site, signed)]
    began = time.monotonic()
    mix, looker = Mix(site, variants, began + seconds), Looker(site.policy.full_side)
    memory: list[Memory] = []

    def judge(ask: Ask, reply: Reply) -> str | None:
        wrong = looker.judge(ask, reply)
        mix.answered(ask)
        return wrong

    def sampled() -> Iterator[Ask]:
        for ask in mix.asks():
            done = min((time.monotonic() - began) / seconds, mix.started / len(variants))
            if len(memory) < 2 and done > (0.1, 0.5)[len(memory)]:
                memory.append(Memory.of(site))
            yield ask

    visit: Visit = flood(site.cdn.url, sampled(), judge)
    cost = Cost("mixed", visit, site.counted(), cpu_seconds(site.cdn.pid), time.monotonic() - began)
    stored, served = (
        site.variants(),
        {variant.stored_as(site.policy.rev): body for variant, body in looker.bodies.items()},
    )
    lost = {key for key, body in served.items() if key not in stored or site.store.get(key).body != body}
    distinct = {variant.stored_as(site.policy.rev) for variant in variants} | site.warmed
    return Held(cost, len(distinct), len(stored), lost, (*memory, Memory.of(site)))


def table(held: list[tuple[str, Held]]) -> str:
    """As Markdown."""
    lines = [
        "| over | requests | a second | wrong | decodes | writes | variants | lost | MB: server | MB: functions |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, load in held:
        visit = load.cost.visit
        cells = [name, f"{visit.requests:,}", f"{visit.requests / load.cost.seconds:.0f}", len(visit.wrong)]
        cells += [load.cost.decodes, load.cost.writes, load.distinct, len(load.lost)]
        cells.append(" → ".join(f"{memory.server:.0f}" for memory in load.memory))
        cells.append(" → ".join(f"{memory.workers:.0f}" for memory in load.memory))
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)
