"""Runs jobs on files, and saves each file that causes a fault."""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Iterable
from pathlib import Path

from tests.fuzz import handler
from tests.fuzz.judge import JOBS, VERIFY
from tests.fuzz.mutate import mutated
from tests.fuzz.report import Tally
from tests.fuzz.sandbox import Sandbox
from tests.fuzz.seeds import seeds


def all_jobs(paths: Iterable[Path], sandbox: Sandbox, tally: Tally) -> None:
    """Run every job on each file."""
    for path in paths:
        first = sandbox.ask(path, VERIFY)
        tally.add(path, VERIFY, first)
        for job in (*JOBS[1:], handler.JOB):
            outcome = sandbox.ask(path, job)
            tally.add(path, job, outcome)
            if first.kind == "image" and outcome.kind == "refused":
                tally.disagree(path, job, outcome)


def mutations(seconds: float, seed: int, folder: Path, sandbox: Sandbox, tally: Tally) -> None:
    """Run one random job on each of an endless series of mutated files, for ``seconds``."""
    dice = random.Random(seed)  # noqa: S311 - the same seed repeats the same files
    path = folder / "case"
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        body = mutated(dice.choice(seeds()), seeds(), dice)
        path.write_bytes(body)
        job = dice.choice((*JOBS, *[handler.JOB] * 4))
        outcome = sandbox.ask(path, job)
        name = path
        if outcome.kind == "fault":
            name = folder / "found" / hashlib.sha256(body).hexdigest()[:12]
            name.parent.mkdir(exist_ok=True)
            name.write_bytes(body)
        tally.add(name, job, outcome)
