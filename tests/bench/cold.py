"""Cold start: from a new interpreter to the first stored 300 px variant, and the size of the unpacked package."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from statistics import median
from typing import Any

from edge.contract.original import original_object_key
from edge.contract.recipe import make_recipe
from tests.bench.bench import Bench
from tests.bench.origin import OriginBucket, for_node, origin_bucket
from tests.bench.report import Findings, Table, Verdict, at_most, human, ratio
from tests.bench.worker import EngineFailed, on_one_core
from tests.machine import ROOT

_ROUNDS = 9
_WIDTH, _FORMAT = 300, "jpeg"
_MOST_RATIO, _MOST_MEGABYTES = 0.5, 45
_HEADING = ("new interpreter to the first stored variant", "time", "time: ours", "Node", "unpacked: ours", "Node")
_COLUMNS = (46, 8, 12, 10, 16, 12)
_NOTE = (
    "From a 2 MP JPEG to a stored 300 px JPEG, including process start and imports; bytecode is compiled beforehand. "
    "*unpacked* is the function's package without the runtime: `edge/` and the distributions it imports for any "
    "format; for Node, sharp and @aws-sdk/client-s3 with their dependencies."
)
_SCRIPT = Path(__file__).parent / "engines" / "cold.py"


def run(bench: Bench) -> Findings:
    bench.say(_HEADING, _COLUMNS)
    with origin_bucket(bench.input_files.input("JPEG", "2").path) as server:
        ours, node = _times(bench, server)
    megabytes = _unpacked()
    theirs = f"{_folder_megabytes(bench.peers.node / 'node_modules'):.1f} MB" if bench.peers.node else "–"
    times = ratio(ours, node), human(ours), human(node) if node else "–"
    row = ("2 MP JPEG → 300 JPEG", *times, f"{megabytes:.1f} MB", theirs)
    bench.say(row, _COLUMNS)
    verdicts = [at_most("cold start, first 300 px variant", ours / node, _MOST_RATIO)] if node else []
    verdicts.append(at_most("cold start, unpacked", megabytes, _MOST_MEGABYTES, "{:.1f} MB"))
    verdicts.append(_viewer_request())
    return Findings([Table("Cold start", _NOTE, _HEADING, [row])], verdicts)


def _times(bench: Bench, server: OriginBucket) -> tuple[float, float | None]:
    """The median of ours, and of Node's where it is there, in turn; the first round fills the page cache."""
    ours: list[float] = []
    nodes: list[float] = []
    for _ in range((3 if bench.quick else _ROUNDS) + 1):
        ours.append(start(_ours(server), {**server.server.environment, **python_environment(bench)}))
        if bench.peers.node:
            nodes.append(start(_node(bench.peers.node, server), for_node(server.server)))
    return median(ours[1:]), median(nodes[1:]) if nodes else None


def start(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """Milliseconds from the start of the process to its answer."""
    with on_one_core():
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
    with process:
        assert process.stdout is not None
        answer = process.stdout.readline()
        took = time.perf_counter() - started
    if answer.strip() != "200":
        raise EngineFailed(f"{command[0]}: {answer!r}")
    return took * 1000


def python_environment(bench: Bench) -> dict[str, str]:
    """With a bytecode cache of its own, which works even if the environment forbids writing bytecode."""
    kept = {"PYTHONPYCACHEPREFIX": str(bench.folder / "bytecode"), "PYTHONDONTWRITEBYTECODE": ""}
    return {**kept, "PYTHONPATH": str(ROOT)}


def _ours(server: OriginBucket) -> list[str]:
    return [sys.executable, str(_SCRIPT), json.dumps(server.event(make_recipe({"width": _WIDTH}), _FORMAT)[0])]


def _node(folder: Path, server: OriginBucket) -> list[str]:
    asked = {"bucket": server.server.bucket, "original": original_object_key("0.jpg"), "variant": "node/cold"}
    return ["node", str(folder / "cold.mjs"), json.dumps({**asked, "width": _WIDTH, "format": _FORMAT})]


def _unpacked() -> float:
    """Megabytes of `edge/` and of the distributions that origin-response imports, without bytecode."""
    distributions = _imports("origin_response")["distributions"]
    files = [Path(str(file.locate())) for name in distributions for file in metadata.files(name) or []]
    installed = sum(path.stat().st_size for path in files if path.suffix != ".pyc" and path.is_file())
    return installed / 1e6 + _folder_megabytes(ROOT / "edge")


def _viewer_request() -> Verdict:
    found = _imports("viewer_request")
    third_party, megabytes = found["distributions"], found["edge"] / 1e6
    measured = f"{megabytes:.2f} MB, {', '.join(third_party) or 'none'}"
    return Verdict(
        "viewer-request, its modules", "< 1 MB, no third-party import", measured, megabytes < 1 and not third_party
    )


def _imports(handler: str) -> dict[str, Any]:
    command = [sys.executable, str(_SCRIPT.with_name("imports.py")), handler]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    found: dict[str, Any] = json.loads(subprocess.run(command, env=environment, capture_output=True, check=True).stdout)
    return found


def _folder_megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.suffix != ".pyc" and path.is_file()) / 1e6
