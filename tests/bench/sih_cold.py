"""Cold start with an old URL: from a new interpreter to the first reply, beside Node's."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

from tests.bench import cold
from tests.bench.bench import Bench
from tests.bench.origin import for_node
from tests.bench.report import Findings, Table, at_most, human
from tests.bench.sih_bucket import sih_bucket
from tests.bench.sih_jobs import sih_jobs
from tests.bench.timing import cpu_in_turn

_HEADING = ("new interpreter to the first reply to an old URL", "time", "time: ours", "Node")
_COLUMNS = (50, 8, 12, 10)
_NOTE = (
    "From a 2 MP JPEG to a 320 × 200 JPEG: the processor's time from the start of the process to its end, with "
    "imports. Ours stores the variant, Node does not."
)
#: The budget for a cold start, as a share of Node's time.
_MOST = 0.4
_SCRIPT = Path(__file__).parent / "engines" / "cold_gateway.py"


def run(bench: Bench) -> Findings:
    if bench.peers.node is None:
        return Findings()
    seconds, theirs, times = _times(bench, bench.peers.node)
    row = ("2 MP JPEG → 320 × 200", f"×{times:.2f}", human(seconds * 1000), human(theirs * 1000))
    bench.say(_HEADING, _COLUMNS)
    bench.say(row, _COLUMNS)
    verdict = at_most("cold start, first reply to an old URL", times, _MOST)
    return Findings([Table("Cold start with an old URL", _NOTE, _HEADING, [row])], [verdict])


def _times(bench: Bench, folder: Path) -> tuple[float, float, float]:
    """Our median seconds, Node's, and the median of their ratios."""
    rounds, source = 3 if bench.quick else 9, bench.input_files.input("JPEG", "2").path
    with sih_bucket({f"{number}.jpg": source for number in range(rounds + 1)}) as bucket:
        jobs = [replace(next(sih_jobs()), key=key) for key in bucket.sources]
        events = [json.dumps(job.event(bucket.server.bucket)) for job in jobs]
        environment, unused = {**cold.python_environment(bench), **bucket.environment}, iter(events)
        ours, node = [sys.executable, str(_SCRIPT)], ["node", str(folder / "cold-sih.mjs"), events[0]]
        return cpu_in_turn(
            lambda: cold.start([*ours, next(unused)], environment),  # each original once, so that nothing is stored
            lambda: cold.start(node, for_node(bucket.server)),
            rounds,
        )
