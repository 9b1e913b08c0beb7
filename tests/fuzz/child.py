"""The process that does the jobs, one after the other, and may die of them.

Reads a line ``path TAB job``, answers with a line of JSON. Linux only: memory is read from /proc.
"""

from __future__ import annotations

import ctypes
import gc
import json
import resource
import signal
import sys
import tempfile
import time
import warnings
from dataclasses import asdict, replace
from pathlib import Path

from edge.contract import policy
from tests.fuzz import door
from tests.fuzz.judge import Outcome, judged

#: More than Lambda gives us, so that what would kill a function is seen as what it is, and this machine lives.
ADDRESS_SPACE = 3_000_000_000


def main() -> None:
    cpu_seconds = float(sys.argv[1])
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    allocator = ctypes.CDLL("libc.so.6")
    with tempfile.TemporaryDirectory(prefix="fuzz-door-") as folder:
        door.prepare(Path(folder))
        gc.freeze()  # what stays for ever need not be looked at between jobs
        for line in sys.stdin:
            path, job = line.rstrip("\n").split("\t")
            body = Path(path).read_bytes()
            gc.collect()
            allocator.malloc_trim(0)
            print(json.dumps(asdict(_measured(body, job, policy.load_policy(), cpu_seconds))), flush=True)


def _measured(body: bytes, job: str, rules: policy.Policy, cpu_seconds: float) -> Outcome:
    Path("/proc/self/clear_refs").write_text("5")  # begins the peak anew
    # Not Python's handler, which waits for C code to return: the kernel's, which kills.
    signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
    started = time.process_time()
    outcome = door.judged(body) if job == door.JOB else judged(body, job, rules)
    signal.setitimer(signal.ITIMER_PROF, 0)
    return replace(outcome, seconds=time.process_time() - started, megabytes=_peak())


def _peak() -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024 / 1e6


if __name__ == "__main__":
    main()
