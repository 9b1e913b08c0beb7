"""The server as a child process, for tests and for programs that start it beside other processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path

TEMPLATE = Path(__file__).parents[2] / "api.yaml"
#: The token's name in the directory of data.
TOKEN_FILE = "token"  # noqa: S105  # a file's name


class LocalHttpApi(AbstractContextManager["LocalHttpApi"]):
    """A context manager that runs the server on a free port; ``url`` says where, and ``token`` is one that it accepts.

    ``store`` is a location that `edge.storage.objects.location` reads, ``data`` a directory, ``options`` are further
    arguments of ``python -m infra.local.http_api``. Raises `RuntimeError` with the server's own error message if it
    does not start.
    """

    url: str
    _process: subprocess.Popen[str]

    def __init__(self, *, store: str, data: Path, options: tuple[str, ...] = ()) -> None:
        self._data = data
        arguments = [f"--store={store}", f"--data={data}", "--port=0", *options]
        self._command = [sys.executable, "-m", "infra.local.http_api", *arguments]

    def __enter__(self) -> LocalHttpApi:
        self._data.mkdir(parents=True, exist_ok=True)
        paths = os.pathsep.join(path or "." for path in sys.path)
        with (self._data / "log.txt").open("w") as log:
            self._process = subprocess.Popen(  # noqa: S603 # our own module
                self._command, stdout=subprocess.PIPE, stderr=log, text=True, env=os.environ | {"PYTHONPATH": paths}
            )
        words = self._process.stdout.readline().split() if self._process.stdout else []
        if not words:
            self.stop()
            raise RuntimeError(self.log)
        self.url = words[3]
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Stop the server and its workers with a signal. Return its exit status."""
        self._process.send_signal(number)
        status = self._process.wait(30)
        if self._process.stdout:
            self._process.stdout.close()
        return status

    @property
    def token(self) -> str:
        return (self._data / TOKEN_FILE).read_text()

    @property
    def log(self) -> str:
        """All that the server and the gateway have written to stderr."""
        return (self._data / "log.txt").read_text()
