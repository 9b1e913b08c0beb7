"""A server of this package as a child process, for tests and for programs that start it beside other processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Self


class ServerProcess:
    """A context manager that runs ``module``; the first line that it prints says that it is ready.

    ``data`` is the directory of its log. Raises `RuntimeError` with the server's own error message if it does not
    start.
    """

    _process: subprocess.Popen[str]

    def __init__(self, module: str, data: Path, *arguments: str) -> None:
        self._log = data / "log.txt"
        self._command = [sys.executable, "-m", module, f"--data={data}", "--port=0", *arguments]

    def __enter__(self) -> Self:
        self._log.parent.mkdir(parents=True, exist_ok=True)
        # The child must find the same modules, even those that this process does not find through PYTHONPATH.
        paths = os.pathsep.join(path or "." for path in sys.path)
        with self._log.open("w") as log:
            self._process = subprocess.Popen(  # noqa: S603 # our own module
                self._command, stdout=subprocess.PIPE, stderr=log, text=True, env=os.environ | {"PYTHONPATH": paths}
            )
        words = (self._process.stdout.readline() if self._process.stdout else "").split()
        if not words:
            self.stop()
            raise RuntimeError(self.log)
        self.read_greeting(words)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def read_greeting(self, words: list[str]) -> None:
        """Take what the server's first line says, by its words."""

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Stop the server and its workers with a signal. Return its exit status."""
        self._process.send_signal(number)
        status = self._process.wait(30)
        if self._process.stdout:
            self._process.stdout.close()
        return status

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def log(self) -> str:
        """All that the server and its handlers have written to stderr."""
        return self._log.read_text()
