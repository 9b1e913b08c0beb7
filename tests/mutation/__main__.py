"""``python -m tests.mutation``: exits with 1 if a mutant survives that is not explained, or if too many survive."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatch
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory

from tests.machine import ROOT
from tests.mutation.explanations import problems, read_explanations
from tests.mutation.mutants import Mutant, mutants
from tests.mutation.runner import BrokenTestsError, Copy
from tests.mutation.suites import modules


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    tests = {path: tests for path, tests in modules(ROOT).items() if fnmatch(path, options.only)}
    with TemporaryDirectory(prefix="mutation-") as folder:
        copies: SimpleQueue[Copy] = SimpleQueue()
        for number in range(options.jobs):
            copies.put(Copy(Path(folder) / str(number)))
        try:
            survivors, count = _run(tests, copies, options.jobs)
        except BrokenTestsError as error:
            print(error, file=sys.stderr)
            return 1
    found = problems(survivors, count, read_explanations(), tests, is_complete=options.only == "*")
    print("\n\n".join(["", *found]) if found else "")
    print(f"{count} mutants, {count - len(survivors)} killed, {len(survivors)} survive ({len(survivors) / count:.1%}).")
    return 1 if found else 0


def _run(tests: dict[str, tuple[str, ...]], copies: SimpleQueue[Copy], jobs: int) -> tuple[list[Mutant], int]:
    def survives(mutant: Mutant) -> bool:
        copy = copies.get()
        try:
            return copy.survives(mutant, tests[mutant.path])
        finally:
            copies.put(copy)

    survivors, count = [], 0
    copy = copies.get()
    for suite in dict.fromkeys(tests.values()):
        copy.check_tests(suite)
    copies.put(copy)
    with ThreadPoolExecutor(jobs) as threads:
        for path in tests:
            began, found = time.monotonic(), list(mutants(copy.folder, path))
            alive = [mutant for mutant, survived in zip(found, threads.map(survives, found), strict=True) if survived]
            seconds = time.monotonic() - began
            print(f"{path:<34} {len(found):>4} mutants, {len(alive):>2} survive  {seconds:>5.0f} s", flush=True)
            survivors += alive
            count += len(found)
    return survivors, count


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make mutate", description=__doc__)
    parser.add_argument("--only", default="*", help="a pattern of paths, such as edge/contract/keys.py")
    parser.add_argument("--jobs", type=int, default=2, help="mutants that are tested at the same time (default: 2)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
