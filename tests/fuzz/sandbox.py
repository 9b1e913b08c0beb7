"""Runs `tests.fuzz.child`, and restarts it when it dies."""

from __future__ import annotations

import json
import select
import signal
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.fuzz.judge import Outcome

CPU_SECONDS = 20.0
MEGABYTES = 1000.0
_WALL_SECONDS = 300.0
_FOLDER = Path(__file__).parents[2]


class Sandbox:
    """Runs jobs in a separate process. Exceeding the limits of time or memory is a fault."""

    def __init__(self, cpu_seconds: float = CPU_SECONDS, megabytes: float = MEGABYTES) -> None:
        self._cpu_seconds, self._megabytes = cpu_seconds, megabytes
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed in __exit__
        self._process = self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()
        self._errors.close()

    def ask(self, path: Path, job: str) -> Outcome:
        """The outcome of ``job`` on the file at ``path``."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{path}\t{job}\n")
        self._process.stdin.flush()
        ready, _, _ = select.select([self._process.stdout], [], [], _WALL_SECONDS)
        line = self._process.stdout.readline() if ready else ""
        if not line:
            return self._died(hung=not ready)
        outcome = Outcome(**json.loads(line))
        if outcome.megabytes > self._megabytes:
            return replace(outcome, kind="fault", detail=f"{outcome.megabytes:.0f} MB")
        return outcome

    def renew(self) -> None:
        """Start a new process, for a clean measurement of memory."""
        self._stop()
        self._process = self._start()

    def _died(self, *, hung: bool) -> Outcome:
        self._stop()
        status = self._process.returncode
        self._errors.seek(0)
        output = self._errors.read().decode(errors="replace")[-2000:]
        self._process = self._start()
        if hung:
            return Outcome("fault", f"no answer in {_WALL_SECONDS:.0f} s")
        if status == -signal.SIGPROF:
            return Outcome("fault", f"more than {self._cpu_seconds:.0f} s of CPU", self._cpu_seconds)
        return Outcome("fault", f"the interpreter ended with {status}: {output}")

    def _start(self) -> subprocess.Popen[str]:
        self._errors.seek(0)
        self._errors.truncate()
        command = [sys.executable, "-X", "faulthandler", "-m", "tests.fuzz.child", str(self._cpu_seconds)]
        return subprocess.Popen(
            command, cwd=_FOLDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, text=True
        )

    def _stop(self) -> None:
        self._process.kill() if self._process.poll() is None and not self._wait(0.1) else None
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()

    def _wait(self, seconds: float) -> bool:
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True
