"""Old URLs of AWS's image handler: the gateway's answers beside those of Node, sharp and AWS's SDK."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from PIL import Image

from tests.bench import sih_cold, sih_hits
from tests.bench.bench import Bench
from tests.bench.origin import for_node
from tests.bench.peers import OURS, SHARP
from tests.bench.race import Outcome, race
from tests.bench.reference import Averaging
from tests.bench.report import Findings, Table, human, ratio, size
from tests.bench.sih_bucket import SihBucket, sih_bucket
from tests.bench.sih_jobs import PHOTOGRAPH, PNG, SihJob, sih_jobs
from tests.bench.worker import Done, Worker

_STORED = "ours, stored"
_HEADING = (
    "job", "time", "time: ours", "Node", "again: time", "ours", "bytes: ours", "Node", "score: ours", "Node",
    "in linear light: ours", "Node",
)  # fmt: skip
_COLUMNS = (32, 8, 12, 9, 13, 10, 13, 10, 13, 8, 23, 8)
_NOTE = (
    "The same events of an HTTP API, with the same JSON in base64, for the gateway and for a handler that does what "
    "that product's does: GetObject, sharp with its defaults and the same edits, a reply in base64. Ours stores the "
    "variant too. A {megapixels} MP JPEG and a 2 MP PNG in a local SeaweedFS; warm processes. *again* is a repeated "
    "request of the same URL, as after CloudFront has dropped the reply: ours is then read from storage, while Node "
    "renders it again, in the same time as at first. Times are the processor's, of all threads of "
    "the process. Default qualities: ours is 75 on its own scale, sharp's are JPEG 80, WebP 80 and AVIF 50 at effort "
    "4. The reference is the exact resize with the edits done to it by sharp, without loss; the last two columns are "
    "for the one in linear light."
)


class _Outcome(Outcome[SihJob]):
    def cells(self) -> tuple[str, ...]:
        ours, stored, node = self.laps[OURS], self.laps[_STORED], self.laps.get(SHARP)
        theirs = node.ms if node else None
        return (
            self.job.name,
            *(ratio(ours.ms, theirs), human(ours.ms), human(theirs) if theirs else "–"),
            *(f"×{stored.ms / theirs:.3f}" if theirs else "–", human(stored.ms)),
            *(size(ours.done.bytes), size(node.done.bytes) if node else "–"),
            *(self._score(name, averaging) for averaging in Averaging for name in (OURS, SHARP)),
        )

    def _score(self, engine: str, averaging: Averaging) -> str:
        score = self.scores.get((engine, averaging))
        return "–" if score is None else f"{score:.1f}"


def run(bench: Bench) -> Findings:
    return _jobs(bench) + sih_cold.run(bench) + sih_hits.run(bench)


def _jobs(bench: Bench) -> Findings:
    megapixels = "6" if bench.quick else "13"
    sources = {key: bench.input_files.input(kind, size) for key, kind, size in _inputs(megapixels)}
    with sih_bucket({key: each.path for key, each in sources.items()}) as bucket, _engines(bench, bucket) as engines:
        measured = (_measured(bench, bucket, engines, job) for job in sih_jobs(quick=bench.quick))
        outcomes = bench.say_each(_HEADING, _COLUMNS, measured)
    note = _NOTE.format(megapixels=megapixels)
    return Findings([Table("Old URLs of AWS's image handler", note, _HEADING, [each.cells() for each in outcomes])])


def _inputs(megapixels: str) -> tuple[tuple[str, str, str], ...]:
    return (PHOTOGRAPH, "JPEG", megapixels), (PNG, "PNG alpha", "2")


@contextmanager
def _engines(bench: Bench, bucket: SihBucket) -> Iterator[dict[str, Worker]]:
    command = [sys.executable, "-m", "tests.bench.engines.gateway"]
    engines = {OURS: Worker(command, environment=bucket.environment)}
    try:
        if node := bench.peers.start(SHARP, for_node(bucket.server)):
            engines[SHARP] = node
        yield engines
    finally:
        for engine in engines.values():
            engine.close()


def _measured(bench: Bench, bucket: SihBucket, engines: Mapping[str, Worker], job: SihJob) -> _Outcome:
    event = job.event(bucket.server.bucket)
    bodies = {name: bench.scratch(f"{name}.{job.suffix}") for name in engines}
    again = partial(engines[OURS].ask, "sih", event=event)
    runs = {OURS: partial(_first, bucket, engines[OURS], event, bodies[OURS]), _STORED: again}
    if SHARP in engines:
        runs[SHARP] = partial(engines[SHARP].ask, "sih", event=event, out=bodies[SHARP])
    laps = race(runs, quick=bench.quick)
    if SHARP not in laps:
        return _Outcome(job, laps, {})
    pairs = {
        (name, averaging): (_reference(bench, engines[SHARP], bucket.sources[job.key], job, averaging), body)
        for averaging in Averaging
        for name, body in bodies.items()
    }
    return _Outcome(job, laps, dict(zip(pairs, bench.scorer.scores(pairs.values()), strict=True)))


def _first(bucket: SihBucket, engine: Worker, event: Any, out: Path) -> Done:
    """The first request of a URL."""
    bucket.forget()
    return engine.ask("sih", event=event, out=out)


def _reference(bench: Bench, sharp: Worker, source: Path, job: SihJob, averaging: Averaging) -> Path:
    """The exact resize with the job's edits, for which nothing is left to be resized."""
    with Image.open(source) as image:
        scaled = job.width, round(job.width * image.height / image.width)
    path = bench.scratch(f"reference-{averaging.value}.png")
    sharp.ask("edited", input=bench.references.of(source, scaled, averaging), out=path, edits=job.edits)
    return path
