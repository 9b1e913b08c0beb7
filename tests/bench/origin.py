"""The whole of origin-response, S3 included: our door beside a handler made of Node, sharp and AWS's SDK."""

from __future__ import annotations

import tempfile
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from PIL import Image

from edge.contract import policy
from edge.contract.original import OriginalFacts, original_object_key
from edge.contract.recipe import Recipe, make_recipe
from edge.contract.variant_key import VariantKey
from edge.image import render
from edge.storage.objects.location import open_store
from edge.storage.objects.store import Store
from tests.bench.bench import Bench
from tests.bench.chart import Bar, bars
from tests.bench.peers import OURS, SHARP
from tests.bench.race import Lap, race
from tests.bench.report import SPELLED, Chart, Findings, Table, Verdict, human, points, ratio, size
from tests.bench.worker import Done, EngineFailed, Worker
from tests.edge.handlers.events import origin_response
from tests.s3server import S3Server, run_s3_server

FACTS = OriginalFacts("0123abcd")
_COPIES = 12
#: Our class and width to the most of Node's time that we may take.
_BUDGETS = {
    "jpeg": {300: 0.8, 720: 0.8, 1600: 1.0},
    "webp": {300: 0.8, 720: 0.8, 1600: 0.9},
    "avif": {300: 0.2, 720: 0.15, 1600: 0.12},
}
_EQUAL = 0.5
#: Where the lowest of our qualities that scores as Node does is looked for.
_QUALITIES = range(20, 100)
_HEADING = ("13 MP JPEG →", "q", "time", "time: ours", "Node", "bytes: ours", "Node", "score: ours", "Node")
_COLUMNS = (20, 5, 9, 12, 10, 13, 11, 13, 9)
_NOTE = (
    "From the request to the stored variant, both processes warm, against one SeaweedFS on this machine: the original "
    "fetched, rendered, stored and answered. Node does what AWS's handlers do: its SDK's GetObject, sharp at its "
    "defaults, PutObject. *q* is the lowest of ours that scores as Node's variant does; *time* is ours by Node's."
)


@dataclass(frozen=True)
class Counter:
    """A bucket with copies of one original, and what is asked of it. Each asking is for what is not there yet."""

    server: S3Server
    store: Store
    source: Path
    _numbers: Iterator[int] = field(default_factory=count)

    def fill(self, copies: int = _COPIES) -> None:
        for number in range(copies):
            self.store.put(
                original_object_key(f"{number}.jpg"),
                self.source.read_bytes(),
                content_type="image/jpeg",
                metadata=FACTS.as_metadata(),
            )

    def event(self, recipe: Recipe, name: str, copies: int = _COPIES) -> tuple[Any, VariantKey]:
        """An event for a variant that does not exist."""
        key = VariantKey(
            f"{next(self._numbers) % copies}.jpg", FACTS.version, policy.load_policy().rev, recipe.slug, name
        )
        self.store.delete(key.object_key)
        return origin_response(key.uri, self.server.location), key


@contextmanager
def counter(source: Path) -> Iterator[Counter]:
    """A running server whose bucket is ready."""
    with tempfile.TemporaryDirectory() as folder, run_s3_server(Path(folder)) as server:
        counter = Counter(server, open_store(server.location, lambda: server.credentials), source)
        counter.fill()
        yield counter


def for_node(server: S3Server) -> dict[str, str]:
    """The server, as AWS's SDK for JavaScript finds it in its environment."""
    return {**server.environment, "AWS_REGION": server.region, "S3_ENDPOINT": server.endpoint}


@dataclass(frozen=True, slots=True)
class Outcome:
    width: int
    format: str
    quality: int
    laps: Mapping[str, Lap]
    scores: Mapping[str, float]

    def cells(self) -> tuple[str, ...]:
        ours, node = self.laps[OURS], self.laps.get(SHARP)
        return (
            f"{self.width} {SPELLED[self.format]}",
            str(self.quality),
            ratio(ours.ms, node.ms if node else None),
            human(ours.ms),
            human(node.ms) if node else "–",
            size(ours.done.bytes),
            size(node.done.bytes) if node else "–",
            *(f"{self.scores[name]:.1f}" if name in self.scores else "–" for name in (OURS, SHARP)),
        )

    @property
    def gain(self) -> float:
        """Our score less Node's."""
        return self.scores[OURS] - self.scores[SHARP]

    def verdict(self) -> Verdict | None:
        if SHARP not in self.laps:
            return None
        most = _BUDGETS[self.format][self.width]
        times, gain = self.laps[OURS].ms / self.laps[SHARP].ms, self.gain
        missed = [f"{times / most - 1:.0%} over"] if times > most else []
        missed += [f"{-gain:.1f} points short"] if gain < -_EQUAL else []
        what = f"origin-response, 13 MP JPEG → {self.width} {SPELLED[self.format]}"
        return Verdict(
            what, f"≤ ×{most:.2f} at its score", f"×{times:.2f}, score {points(gain)}", not missed, ", ".join(missed)
        )


def run(bench: Bench) -> Findings:
    bench.say(_HEADING, _COLUMNS)
    source = bench.pantry.input("JPEG", "13").path
    outcomes = []
    with counter(source) as server, _doors(bench, server.server) as doors:
        for name, widths in _BUDGETS.items():
            for width in list(widths)[:2] if bench.quick else widths:
                outcomes.append(_measured(bench, server, doors, width, name))
                bench.say(outcomes[-1].cells(), _COLUMNS)
    table = Table("The whole of origin-response, S3 included", _NOTE, _HEADING, [each.cells() for each in outcomes])
    return Findings([table], [verdict for each in outcomes if (verdict := each.verdict())], list(_charts(outcomes)))


def _charts(outcomes: list[Outcome]) -> Iterator[Chart]:
    pairs = [(each, each.laps[OURS], each.laps[SHARP]) for each in outcomes if SHARP in each.laps]
    if pairs:
        title, about = (
            "A variant made and stored, by origin-response",
            "A 13 MP JPEG in S3 to a stored variant: time, ours by Node's",
        )
        rows = [
            Bar(
                f"{SPELLED[each.format]} {each.width} px",
                ours.ms / node.ms,
                f"{human(ours.ms)} / {human(node.ms)}, score {points(each.gain)}",
            )
            for each, ours, node in pairs
        ]
        yield Chart("origin", about, bars(title, about, "Node + sharp + AWS SDK", rows))


@contextmanager
def _doors(bench: Bench, server: S3Server) -> Iterator[dict[str, Worker]]:
    environments = {OURS: server.environment, SHARP: for_node(server)}
    doors = {name: door for name, given in environments.items() if (door := bench.peers.start(name, given))}
    try:
        yield doors
    finally:
        for door in doors.values():
            door.close()


def _measured(bench: Bench, counter: Counter, doors: Mapping[str, Worker], width: int, name: str) -> Outcome:
    quality, runs = policy.load_policy().quality, {}
    if SHARP in doors:
        runs[SHARP] = partial(_node, counter, doors[SHARP], width, name)
        quality = _as_good(bench, counter, width, name, runs[SHARP]().name)
    runs = {OURS: partial(_ours, counter, doors[OURS], make_recipe({"width": width, "quality": quality}), name), **runs}
    bodies = {engine: bench.scratch(f"{engine}.{name}") for engine in runs}
    laps = race(runs, quick=bench.quick)
    for engine, lap in laps.items():
        bodies[engine].write_bytes(counter.store.get(lap.done.name).body)
    pairs = [(bench.references.of(counter.source, _size(body)), body) for body in bodies.values()]
    return Outcome(width, name, quality, laps, dict(zip(bodies, bench.judge.scores(pairs), strict=True)))


def _as_good(bench: Bench, counter: Counter, width: int, name: str, theirs: str) -> int:
    """The lowest of our qualities whose variant scores as the stored one of theirs."""

    def score(body: bytes) -> float:
        path = bench.scratch(f"candidate.{name}")
        path.write_bytes(body)
        return bench.judge.scores([(bench.references.of(counter.source, _size(path)), path)])[0]

    def ours(quality: int) -> float:
        recipe = make_recipe({"width": width, "quality": quality})
        return score(render(counter.source.read_bytes(), recipe, name, policy=policy.load_policy()).body)

    return _QUALITIES[bisect_left(_QUALITIES, score(counter.store.get(theirs).body), hi=len(_QUALITIES) - 1, key=ours)]


def _ours(counter: Counter, door: Worker, recipe: Recipe, name: str) -> Done:
    event, key = counter.event(recipe, name)
    answer = door.tell("origin", event=event)
    if answer["status"] not in ("200", "302"):
        raise EngineFailed(f"{answer['status']} {answer['message']}")
    return _stored(counter, answer["ms"], key.object_key)


def _node(counter: Counter, door: Worker, width: int, name: str) -> Done:
    variant = f"node/{width}.{name}"
    asked = {"bucket": counter.server.bucket, "original": original_object_key("0.jpg"), "variant": variant}
    return _stored(counter, door.tell("origin", **asked, width=width, format=name)["ms"], variant)


def _stored(counter: Counter, ms: float, variant: str) -> Done:
    """What the store has is what was made: `Missing` where it has nothing."""
    return Done(ms, counter.store.head(variant).size, variant)


def _size(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        return image.size
