"""``make bench``: prints each row as soon as it is measured, and writes the page."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.bench import bigger, encode, jobs, origin, resize
from tests.bench.bench import Bench
from tests.bench.inputs import Pantry
from tests.bench.peers import Peers
from tests.bench.photographs import photographs
from tests.bench.reference import References
from tests.bench.report import Findings
from tests.bench.score import Judge
from tests.machine import ROOT

PARTS: Mapping[str, Callable[[Bench], Findings]] = {
    "resize": resize.run,
    "encode": encode.run,
    "jobs": jobs.run,
    "bigger": bigger.run,
    "origin": origin.run,
}
_FOLDER = ROOT / "var" / "bench"


def main() -> None:
    options = _options()
    began = time.monotonic()
    with Judge(_FOLDER / "scores") as judge:
        pantry = Pantry(_FOLDER / "inputs", photographs(options.photos))
        bench = Bench(_FOLDER, options.quick, pantry, References(_FOLDER / "references"), judge, Peers(_FOLDER, print))
        for name in options.only:
            print(f"\n{name} ({time.monotonic() - began:.0f} s)")
            for verdict in PARTS[name](bench).verdicts:
                print("  ", *verdict.cells(), sep=" | ")
    print(f"\n{time.monotonic() - began:.0f} s")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer inputs and rounds")
    parser.add_argument("--photos", type=Path, help="a folder of photographs; without one, scikit-image's")
    parser.add_argument("--only", type=_parts, default=list(PARTS), help=f"some of {','.join(PARTS)}")
    return parser.parse_args()


def _parts(text: str) -> list[str]:
    names = text.split(",")
    if strange := [name for name in names if name not in PARTS]:
        raise argparse.ArgumentTypeError(f"{strange[0]} is none of {', '.join(PARTS)}")
    return names


if __name__ == "__main__":
    main()
