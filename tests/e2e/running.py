"""A demo that runs, started as `make demo` starts it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Cookie

from tests.machine import ROOT, free_port, wait_until

_READY = re.compile(
    r"^The demo is ready: see the gallery at (?P<gallery>\S+) and the admin at (?P<admin>\S+)\.\n"
    r"CloudFront runs at (?P<cdn>\S+) on this machine\. Press Ctrl-C to stop\.$",
    re.MULTILINE,
)
_ACCOUNT = re.compile(r"^Sign in at \S+ as (\S+) with the password (\S+)$", re.MULTILINE)


@dataclass
class Demo:
    """One running demo: where it is, and all that it has printed."""

    data: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    cdn_port: int = field(default_factory=free_port)
    output: str = ""
    cookies: list[Cookie] = field(default_factory=list)

    def start(self, timeout: float = 120) -> Demo:
        """Starts it and waits for its ready line; `AssertionError` with its output where none comes."""
        own = {"PORT": str(self.port), "CDN_PORT": str(self.cdn_port), "DATA_DIR": str(self.data)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "infra.local.demo"],
            cwd=ROOT,
            env={**os.environ, **self.environment, **own},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        wait_until(self._is_ready, lambda: f"the demo is not ready: {self.output}", timeout)
        return self

    def _is_ready(self) -> bool:
        ready = _READY.search(self.output) is not None
        assert ready or self.process.poll() is None, f"the demo ended: {self.output}"
        return ready

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.output += line

    @property
    def urls(self) -> tuple[str, str, str]:
        """Admin, CDN and gallery."""
        found = _READY.search(self.output)
        assert found
        return found["admin"], found["cdn"], found["gallery"]

    @property
    def account(self) -> tuple[str, str] | None:
        """The editor's name and password, where this start has printed them."""
        found = _ACCOUNT.search(self.output)
        return (found[1], found[2]) if found else None

    def wait(self) -> int:
        """Its exit status, once it has ended by itself; ``output`` is then complete."""
        status = self.process.wait(20)
        self._reader.join(5)
        return status

    def stop(self) -> int:
        """Ctrl-C, and its exit status once every process of its group has ended."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
        try:
            status = self.process.wait(30)
        finally:
            self._end_what_is_left()
        self._reader.join(5)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return status

    def _end_what_is_left(self) -> None:
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
