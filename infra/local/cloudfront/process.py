"""The server as a child process, for tests and for programs that start it beside other processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path

TEMPLATE = Path(__file__).parents[2] / "template.yaml"


class LocalCloudFront(AbstractContextManager["LocalCloudFront"]):
    """A context manager that runs the server on a free port; ``url`` says where.

    ``store`` is a location that `edge.storage.objects.location` reads, ``data`` a directory, ``options`` are further
    arguments of ``python -m infra.local.cloudfront``. Raises `RuntimeError` with the server's own error message if it
    does not start.
    """

    url: str
    distribution_id: str
    _process: subprocess.Popen[str]

    def __init__(self, *, store: str, data: Path, template: Path = TEMPLATE, options: tuple[str, ...] = ()) -> None:
        self.store = store
        self._log = data / "log.txt"
        arguments = [f"--template={template}", f"--store={store}", f"--data={data}", "--port=0", *options]
        self._command = [sys.executable, "-m", "infra.local.cloudfront", *arguments]

    def __enter__(self) -> LocalCloudFront:
        self._log.parent.mkdir(parents=True, exist_ok=True)
        # The child must find the same modules, even those that this process does not find through PYTHONPATH.
        paths = os.pathsep.join(path or "." for path in sys.path)
        with self._log.open("w") as log:
            self._process = subprocess.Popen(  # noqa: S603 # our own module
                self._command, stdout=subprocess.PIPE, stderr=log, text=True, env=os.environ | {"PYTHONPATH": paths}
            )
        words = self._read_line().split()
        if not words:
            self.stop()
            raise RuntimeError(self.log)
        _, _, _, self.url, _, self.distribution_id = words
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _read_line(self) -> str:
        return self._process.stdout.readline() if self._process.stdout else ""

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
        """All that the server and the handlers have written to stderr."""
        return self._log.read_text()
