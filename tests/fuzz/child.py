"""The process that runs the jobs one after another, and may crash.

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
from tests.fuzz import handler
from tests.fuzz.judge import Outcome, judged

#: More than Lambda allows, so that excessive memory is measured, but less than would endanger this machine.
ADDRESS_SPACE = 3_000_000_000


def main() -> None:
    cpu_seconds = float(sys.argv[1])
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    allocator = ctypes.CDLL("libc.so.6")
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        handler.prepare(Path(folder))
        gc.freeze()  # so that collections between jobs skip long-lived objects
        for line in sys.stdin:
            path, job = line.rstrip("\n").split("\t")
            body = Path(path).read_bytes()
            gc.collect()
            allocator.malloc_trim(0)
            print(json.dumps(asdict(_measured(body, job, policy.load_policy(), cpu_seconds))), flush=True)


def _measured(body: bytes, job: str, rules: policy.Policy, cpu_seconds: float) -> Outcome:
    Path("/proc/self/clear_refs").write_text("5")  # resets the peak
    # The kernel's default action kills at once; a Python handler would wait for C code to return.
    signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
    started = time.process_time()
    outcome = handler.judged(body) if job == handler.JOB else judged(body, job, rules)
    signal.setitimer(signal.ITIMER_PROF, 0)
    return replace(outcome, seconds=time.process_time() - started, megabytes=_peak())


def _peak() -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024 / 1e6


if __name__ == "__main__":
    main()
