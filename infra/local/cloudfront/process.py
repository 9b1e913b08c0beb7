"""The server as a process of its own, for tests and for whoever starts it beside other things."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

TEMPLATE = Path(__file__).parents[2] / "template.yaml"


class LocalCloudFront(contextlib.AbstractContextManager["LocalCloudFront"]):
    """A context manager that runs the server; ``url`` says where.

    ``store`` is a location that `edge.store.location` understands, ``data`` a directory, ``options`` are further
    arguments of ``python -m infra.local.cloudfront``, ``environment`` holds variables beside this process's.
    Raises `RuntimeError` with the server's own line where it does not start.
    """

    url: str
    _process: subprocess.Popen[str]

    def __init__(
        self,
        *,
        store: str,
        data: Path,
        template: Path = TEMPLATE,
        port: int = 0,
        distribution_id: str = "ELOCAL00000000",
        options: tuple[str, ...] = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.distribution_id = distribution_id
        self._log = data / "log.txt"
        arguments = ["--template", str(template), "--store", store, "--data", str(data), "--port", str(port)]
        self._command = [
            sys.executable,
            "-m",
            "infra.local.cloudfront",
            *arguments,
            "--distribution-id",
            distribution_id,
            *options,
        ]
        paths = os.pathsep.join(path or "." for path in sys.path)
        self._environment = {**os.environ, "PYTHONPATH": paths, **(environment or {})}

    def __enter__(self) -> LocalCloudFront:
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("w") as log:
            self._process = subprocess.Popen(  # noqa: S603 # our own module
                self._command, stdout=subprocess.PIPE, stderr=log, text=True, env=self._environment
            )
        words = self._read_line().split()
        if not words:
            self.stop()
            raise RuntimeError(self.log)
        self.url = words[3]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _read_line(self) -> str:
        return self._process.stdout.readline() if self._process.stdout else ""

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End the server and its workers with a signal; its exit status."""
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
