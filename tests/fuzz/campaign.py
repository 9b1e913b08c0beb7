"""Runs jobs on files, and saves each file that causes a fault."""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from tests.fuzz import handler
from tests.fuzz.judge import JOBS, VERIFY, Outcome
from tests.fuzz.mutate import mutated
from tests.fuzz.report import Tally
from tests.fuzz.sandbox import Sandbox
from tests.fuzz.seeds import seeds
from tests.fuzz.structure import restructured, with_changed_metadata


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


def sound_seeds(folder: Path, sandbox: Sandbox, tally: Tally) -> None:
    """Check that no seed is refused."""
    for body in seeds():
        for job in (VERIFY, "full.webp", handler.JOB):
            _judge(body, job, folder, sandbox, tally, must_stay=True)


def mutations(seconds: float, seed: int, folder: Path, sandbox: Sandbox, tally: Tally) -> None:
    """Run ``verify`` and one random job on each of an endless series of changed files, for ``seconds``."""
    dice = random.Random(seed)  # noqa: S311 - the same seed repeats the same files
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        body, must_stay = _case(dice)
        job = dice.choice((*JOBS[1:], *["full.webp"] * 8, *[handler.JOB] * 4))
        verified: Outcome | None = _judge(body, VERIFY, folder, sandbox, tally, must_stay=must_stay)
        if verified and verified.kind == "refused" and job.endswith(".webp"):
            # One that shows all frames and one that shows the default image, which may be none of them.
            still = sandbox.ask(folder / "case", "full.png")
            verified = verified if still.kind == "image" else None
        _judge(body, job, folder, sandbox, tally, must_stay=must_stay, verified=verified)


def _case(dice: random.Random) -> tuple[bytes, bool]:
    """A changed file, and whether its picture must still be shown, since only metadata was changed."""
    seed = dice.choice(seeds())
    match dice.randint(0, 4):
        case 0 | 1:
            return mutated(seed, seeds(), dice), False
        case 2 if body := with_changed_metadata(seed, dice):
            return body, True
    return restructured(seed, seeds(), dice), False


def _judge(
    body: bytes,
    job: str,
    folder: Path,
    sandbox: Sandbox,
    tally: Tally,
    *,
    must_stay: bool = False,
    verified: Outcome | None = None,
) -> Outcome:
    """Runs a job. It is a fault, too, if it contradicts what ``verify`` said, or refuses a picture that must stay."""
    path = folder / "case"
    path.write_bytes(body)
    outcome = sandbox.ask(path, job)
    problem = contradiction(job, outcome, verified)
    if must_stay and outcome.kind == "refused":
        problem = f"refused, though its picture is sound: {outcome.detail}"
    if problem and outcome.kind != "fault":
        outcome = replace(outcome, kind="fault", detail=problem)
    if outcome.kind == "fault":
        path = folder / "found" / hashlib.sha256(body).hexdigest()[:12]
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(body)
    tally.add(path, job, outcome)
    return outcome


def contradiction(job: str, outcome: Outcome, verified: Outcome | None) -> str:
    """How ``verify`` and a render disagree; empty if they do not.

    A render that shows one frame may succeed where another frame is damaged: only one to WebP shows all.
    """
    kinds = (verified.kind if verified else "", outcome.kind)
    if kinds == ("image", "refused"):
        return f"verified, then refused by the render: {outcome.detail}"
    if kinds == ("refused", "image") and job.endswith(".webp"):
        return f"refused by verify ({verified.detail if verified else ''}), then rendered"
    return ""
