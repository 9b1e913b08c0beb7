"""What is tried, in which order, and where a file is kept that broke something."""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Iterable
from pathlib import Path

from tests.fuzz import door
from tests.fuzz.judge import JOBS, VERIFY
from tests.fuzz.mutate import mutated
from tests.fuzz.report import Tally
from tests.fuzz.sandbox import Sandbox
from tests.fuzz.seeds import seeds


def all_jobs(paths: Iterable[Path], sandbox: Sandbox, tally: Tally) -> None:
    """Each file through every job, and the door."""
    for path in paths:
        first = sandbox.ask(path, VERIFY)
        tally.add(path, VERIFY, first)
        for job in (*JOBS[1:], door.JOB):
            outcome = sandbox.ask(path, job)
            tally.add(path, job, outcome)
            if first.kind == "picture" and outcome.kind == "refused":
                tally.disagree(path, job, outcome)


def mutations(seconds: float, seed: int, folder: Path, sandbox: Sandbox, tally: Tally) -> None:
    """New broken files until the time is up, each through one job."""
    dice = random.Random(seed)  # noqa: S311 - the same files again from the same seed
    path = folder / "case"
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        body = mutated(dice.choice(seeds()), seeds(), dice)
        path.write_bytes(body)
        job = dice.choice((*JOBS, *[door.JOB] * 4))
        outcome = sandbox.ask(path, job)
        name = path
        if outcome.kind == "fault":
            name = folder / "found" / hashlib.sha256(body).hexdigest()[:12]
            name.parent.mkdir(exist_ok=True)
            name.write_bytes(body)
        tally.add(name, job, outcome)
