"""origin-response including S3, compared with a handler made of Node, sharp and AWS's SDK."""

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
from tests.bench.reference import Averaging
from tests.bench.report import SPELLED, Chart, Findings, Table, Verdict, human, points, ratio, size
from tests.bench.score import is_as_good
from tests.bench.worker import Done, EngineFailed, Worker
from tests.edge.events import origin_response
from tests.s3server import S3Server, run_s3_server

FACTS = OriginalFacts("0123abcd")
_COPIES = 12
#: Format and width to the allowed share of Node's time.
_BUDGETS = {
    "jpeg": {300: 0.8, 720: 0.8, 1600: 1.0},
    "webp": {300: 0.8, 720: 0.8, 1600: 0.9},
    "avif": {300: 0.2, 720: 0.15, 1600: 0.12},
}
#: The qualities among which the lowest that matches Node's score is searched.
_QUALITIES = range(20, 100)
_HEADING = (
    "13 MP JPEG →", "q", "time", "time: ours", "Node", "bytes: ours", "Node", "score: ours", "Node",
    "in linear light: ours", "Node",
)  # fmt: skip
_COLUMNS = (20, 5, 9, 12, 10, 13, 11, 13, 9, 23, 9)
_NOTE = (
    "From the request to the reply, in warm processes and with a local SeaweedFS: the original is fetched, rendered, "
    "stored and returned. Node does what AWS's sample handlers do: GetObject, sharp with its defaults, PutObject. *q* "
    "is our lowest quality that reaches the score of Node's variant; *time* is ours divided by Node's. The last two "
    "columns are scores against the reference in linear light."
)


@dataclass(frozen=True)
class OriginBucket:
    """A bucket with copies of one original. Each event requests a variant that is not stored yet."""

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
        """An event for a variant that is not stored, and the variant's key."""
        key = VariantKey(
            f"{next(self._numbers) % copies}.jpg", FACTS.version, policy.load_policy().rev, recipe.slug, name
        )
        self.store.delete(key.object_key)
        return origin_response(key.uri, self.server.location), key


@contextmanager
def origin_bucket(source: Path) -> Iterator[OriginBucket]:
    """A running S3 server with a filled bucket."""
    with tempfile.TemporaryDirectory() as folder, run_s3_server(Path(folder)) as server:
        bucket = OriginBucket(server, open_store(server.location, lambda: server.credentials), source)
        bucket.fill()
        yield bucket


def for_node(server: S3Server) -> dict[str, str]:
    """Environment variables that point AWS's SDK for JavaScript to the server."""
    return {**server.environment, "AWS_REGION": server.region, "S3_ENDPOINT": server.endpoint}


@dataclass(frozen=True, slots=True)
class Outcome:
    width: int
    format: str
    quality: int
    laps: Mapping[str, Lap]
    scores: Mapping[tuple[str, Averaging], float]

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
            *(self._score(name, averaging) for averaging in Averaging for name in (OURS, SHARP)),
        )

    @property
    def gain(self) -> float:
        """Our score minus Node's."""
        return self._main(OURS) - self._main(SHARP)

    def _main(self, engine: str) -> float:
        return self.scores[engine, Averaging.GAMMA]

    def _score(self, engine: str, averaging: Averaging) -> str:
        score = self.scores.get((engine, averaging))
        return "–" if score is None else f"{score:.1f}"

    def verdict(self) -> Verdict | None:
        if SHARP not in self.laps:
            return None
        most = _BUDGETS[self.format][self.width]
        times, gain = self.laps[OURS].ms / self.laps[SHARP].ms, self.gain
        missed = [f"{times / most - 1:.0%} over"] if times > most else []
        missed += [] if is_as_good(self._main(OURS), self._main(SHARP)) else [f"{-gain:.1f} points short"]
        what = f"origin-response, 13 MP JPEG → {self.width} {SPELLED[self.format]}"
        return Verdict(
            what, f"≤ ×{most:.2f} at its score", f"×{times:.2f}, score {points(gain)}", not missed, ", ".join(missed)
        )


def run(bench: Bench) -> Findings:
    source = bench.input_files.input("JPEG", "13").path
    jobs = [(width, name) for name, widths in _BUDGETS.items() for width in list(widths)[: 2 if bench.quick else None]]
    with origin_bucket(source) as server, _handlers(bench, server.server) as handlers:
        measured = (_measured(bench, server, handlers, *job) for job in jobs)
        outcomes = bench.say_each(_HEADING, _COLUMNS, measured)
    table = Table("origin-response, including S3", _NOTE, _HEADING, [each.cells() for each in outcomes])
    return Findings([table], [verdict for each in outcomes if (verdict := each.verdict())], list(_charts(outcomes)))


def _charts(outcomes: list[Outcome]) -> Iterator[Chart]:
    pairs = [(each, each.laps[OURS], each.laps[SHARP]) for each in outcomes if SHARP in each.laps]
    if pairs:
        title, about = (
            "Rendering and storing a variant in origin-response",
            "From a 13 MP JPEG in S3 to a stored variant: our time divided by Node's",
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
def _handlers(bench: Bench, server: S3Server) -> Iterator[dict[str, Worker]]:
    environments = {OURS: server.environment, SHARP: for_node(server)}
    handlers = {name: handler for name, given in environments.items() if (handler := bench.peers.start(name, given))}
    try:
        yield handlers
    finally:
        for handler in handlers.values():
            handler.close()


def _measured(bench: Bench, bucket: OriginBucket, handlers: Mapping[str, Worker], width: int, name: str) -> Outcome:
    quality, runs = policy.load_policy().quality, {}
    if SHARP in handlers:
        runs[SHARP] = partial(_node, bucket, handlers[SHARP], width, name)
        quality = _equal_quality(bench, bucket, width, name, runs[SHARP]().name)
    recipe = make_recipe({"width": width, "quality": quality})
    runs = {OURS: partial(_ours, bucket, handlers[OURS], recipe, name), **runs}
    bodies = {engine: bench.scratch(f"{engine}.{name}") for engine in runs}
    laps = race(runs, quick=bench.quick)
    for engine, lap in laps.items():
        bodies[engine].write_bytes(bucket.store.get(lap.done.name).body)
    pairs = {
        (engine, averaging): (bench.references.of(bucket.source, _size(body), averaging), body)
        for engine, body in bodies.items()
        for averaging in Averaging
    }
    return Outcome(width, name, quality, laps, dict(zip(pairs, bench.scorer.scores(pairs.values()), strict=True)))


def _equal_quality(bench: Bench, bucket: OriginBucket, width: int, name: str, theirs: str) -> int:
    """Our lowest quality whose variant reaches the score of theirs."""

    def score(body: bytes) -> float:
        path = bench.scratch(f"candidate.{name}")
        path.write_bytes(body)
        return bench.scorer.scores([(bench.references.of(bucket.source, _size(path)), path)])[0]

    def ours(quality: int) -> float:
        recipe = make_recipe({"width": width, "quality": quality})
        return score(render(bucket.source.read_bytes(), recipe, name, policy=policy.load_policy()).body)

    return _QUALITIES[bisect_left(_QUALITIES, score(bucket.store.get(theirs).body), hi=len(_QUALITIES) - 1, key=ours)]


def _ours(bucket: OriginBucket, handler: Worker, recipe: Recipe, name: str) -> Done:
    event, key = bucket.event(recipe, name)
    answer = handler.tell("origin", event=event)
    if answer["status"] not in ("200", "302"):
        raise EngineFailed(f"{answer['status']} {answer['message']}")
    return _stored(bucket, answer["ms"], key.object_key)


def _node(bucket: OriginBucket, handler: Worker, width: int, name: str) -> Done:
    variant = f"node/{width}.{name}"
    asked = {"bucket": bucket.server.bucket, "original": original_object_key("0.jpg"), "variant": variant}
    return _stored(bucket, handler.tell("origin", **asked, width=width, format=name)["ms"], variant)


def _stored(bucket: OriginBucket, ms: float, variant: str) -> Done:
    """The result as stored. Raises `Missing` if nothing was stored."""
    return Done(ms, bucket.store.head(variant).size, variant)


def _size(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        return image.size
