"""``make bench``: prints each row as it is measured, and writes docs/benchmarks.md."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench import (
    bigger,
    cold,
    demo,
    edge,
    encode,
    faces,
    function,
    graphics,
    jobs,
    memory,
    origin,
    page,
    resize,
    sih,
    tag,
)
from tests.bench.bench import Bench
from tests.bench.inputs import InputFiles
from tests.bench.peers import Peers
from tests.bench.photographs import photographs
from tests.bench.reference import References
from tests.bench.report import Findings
from tests.bench.results import Part
from tests.bench.score import Scorer
from tests.bench.timing import part
from tests.machine import ROOT


def _whole_jobs(bench: Bench) -> Findings:
    return jobs.run(bench) + bigger.run(bench)


PARTS: Mapping[str, Callable[[Bench], Findings]] = {
    "resize": resize.run,
    "encode": encode.run,
    "graphics": graphics.run,
    "jobs": _whole_jobs,
    "origin": origin.run,
    "cold": cold.run,
    "memory": memory.run,
    "edge": part("At the edge", edge.rows),
    "faces": faces.run,
    "sih": sih.run,
    "function": part("The CloudFront Function", function.rows),
    "tag": part("In a template", tag.rows),
    "demo": part("make demo", demo.rows),
}
_FOLDER = ROOT / "var" / "bench"


def main() -> None:
    options = _options()
    began = time.monotonic()
    with Scorer(_FOLDER / "scores") as scorer, TemporaryDirectory() as scratch:
        input_files = InputFiles(_FOLDER / "inputs", photographs(options.photos), private=options.photos is not None)
        references, peers = References(_FOLDER / "references"), Peers(_FOLDER, print)
        bench = Bench(_FOLDER, Path(scratch), options.quick, input_files, references, scorer, peers)
        run, measured = page.run_of(bench, _command(options)), []
        for name in options.only:
            print(f"\n{name}, after {time.monotonic() - began:.0f} s; time is ours divided by the peer's")
            measured.append(Part(name, run, PARTS[name](bench)))
        _report(bench, measured, publish=not options.quick and not options.photos)
    print(f"{time.monotonic() - began:.0f} s in total")


def _report(bench: Bench, measured: list[Part], *, publish: bool) -> None:
    """Print the verdicts and write the page: docs/benchmarks.md if the run is one that others can repeat."""
    print("\nbudgets")
    for verdict in [verdict for each in measured for verdict in each.findings.verdicts]:
        bench.say(verdict.cells(), (62, 50, 40, 34))
    if publish:
        path = ROOT / "docs" / "benchmarks.md"
        page.publish(measured, PARTS, page.photographs(bench), path)
    else:
        path = bench.folder / "benchmarks.md"
        page.write(measured, page.photographs(bench), path)
    print(f"\nwritten: {path.relative_to(ROOT)}")


def _command(options: argparse.Namespace) -> str:
    only = "" if options.only == list(PARTS) else f" ONLY={','.join(options.only)}"
    return f"make bench{' QUICK=1' if options.quick else ''}{' PHOTOS=…' if options.photos else ''}{only}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer inputs and rounds")
    parser.add_argument("--photos", type=Path, help="a folder of photographs; default: scikit-image's")
    parser.add_argument("--only", type=_parts, default=list(PARTS), help=f"some of {','.join(PARTS)}")
    return parser.parse_args()


def _parts(text: str) -> list[str]:
    names = text.split(",")
    if unknown := [name for name in names if name not in PARTS]:
        raise argparse.ArgumentTypeError(f"{unknown[0]} is not a part; choose from {', '.join(PARTS)}.")
    return [name for name in PARTS if name in names]


if __name__ == "__main__":
    main()
