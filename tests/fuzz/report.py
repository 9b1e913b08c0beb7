"""Counts outcomes and prints them as tables."""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from edge.contract.errors import SourceRefused
from edge.image.decode import detection
from tests.fuzz.judge import VERIFY, Outcome

_WORST = 8
#: How many faults with the same cause are printed.
_SHOWN = 3


class Tally:
    """Counts outcomes, and prints faults as they occur."""

    def __init__(self, log: TextIO) -> None:
        self._log = log
        self.faults = 0
        self._jobs = 0
        self._verified: dict[str, Counter[str]] = defaultdict(Counter)
        self._kinds: Counter[str] = Counter()
        self._costs: dict[Path, tuple[float, float, str]] = {}
        self._disagreements: Counter[str] = Counter()
        self._alike: Counter[str] = Counter()

    def add(self, path: Path, job: str, outcome: Outcome) -> None:
        self._jobs += 1
        print(json.dumps({"path": str(path), "job": job, **asdict(outcome)}), file=self._log, flush=True)
        self._kinds[outcome.kind if outcome.kind != "refused" else f"refused, {outcome.detail}"] += 1
        if job == VERIFY:
            self._verified[_kind(path)][outcome.detail if outcome.kind == "refused" else outcome.kind] += 1
        if outcome.kind == "fault":
            self.faults += 1
            self._alike[_last_place(outcome.detail)] += 1
            if self._alike[_last_place(outcome.detail)] <= _SHOWN:
                print(f"FAULT {path} {job}: {outcome.detail}", flush=True)
        seconds, megabytes, _ = self._costs.get(path, (0.0, 0.0, ""))
        if outcome.seconds > seconds or outcome.megabytes > megabytes:
            self._costs[path] = max(seconds, outcome.seconds), max(megabytes, outcome.megabytes), job

    def disagree(self, path: Path, job: str, outcome: Outcome) -> None:
        """Record a file that passed ``verify`` but could not be rendered."""
        self._disagreements[str(path)] += 1
        if self._disagreements[str(path)] == 1:
            print(f"VERIFIED, THEN REFUSED {path} {job}: {outcome.detail}", file=sys.stderr, flush=True)

    def __str__(self) -> str:
        lines = [f"{self._jobs} jobs: " + ", ".join(f"{count} {name}" for name, count in sorted(self._kinds.items()))]
        columns = sorted({name for counts in self._verified.values() for name in counts})
        lines += [f"\n{'verify':14}" + "".join(f"{name:>20}" for name in columns)]
        for kind, counts in sorted(self._verified.items()):
            lines.append(f"{kind:14}" + "".join(f"{counts[name] or '':>20}" for name in columns))
        for title, which in (("Slowest", 0), ("Most memory", 1)):
            lines.append(f"\n{title}")
            ranked = sorted(self._costs.items(), key=lambda item: -float(item[1][which]))[:_WORST]
            lines += [f"{cost[0]:8.2f} s {cost[1]:8.0f} MB  {path.name}" for path, cost in ranked]
        lines += [f"{count} times {place}" for place, count in self._alike.most_common()]
        lines.append(f"\nVerified, then refused: {len(self._disagreements)}; faults: {self.faults}")
        return "\n".join(lines)


def _kind(path: Path) -> str:
    try:
        return detection.detect(path.read_bytes()).format.name
    except SourceRefused:
        return "unsupported"


def _last_place(detail: str) -> str:
    """Identifies a fault by the end of its traceback, without what differs between files."""
    lines = detail.strip().splitlines()
    ours = [line.strip() for line in lines if "/edge/" in line]
    return f"{ours[-1] if ours else ''} {lines[-1] if lines else ''}"[:200]
