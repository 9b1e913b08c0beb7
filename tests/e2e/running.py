"""Runs the demo as `make demo` does."""

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
    """A running demo and its output so far."""

    data: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    cdn_port: int = field(default_factory=free_port)
    output: str = ""
    cookies: list[Cookie] = field(default_factory=list)

    def start(self, timeout: float = 120) -> Demo:
        """Start the demo and wait until it is ready. Raises `AssertionError` with its output if it is not."""
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
        """The URLs of the admin, the CDN and the gallery."""
        found = _READY.search(self.output)
        assert found
        return found["admin"], found["cdn"], found["gallery"]

    @property
    def account(self) -> tuple[str, str] | None:
        """The editor's name and password, if this start printed them."""
        found = _ACCOUNT.search(self.output)
        return (found[1], found[2]) if found else None

    def wait(self) -> int:
        """Wait for the demo to end. Returns its exit status; ``output`` is then complete."""
        status = self.process.wait(20)
        self._reader.join(5)
        return status

    def stop(self) -> int:
        """Send Ctrl-C. Returns the exit status after every process of the group has ended."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
        try:
            status = self.process.wait(30)
        finally:
            self._kill_remaining()
        self._reader.join(5)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return status

    def _kill_remaining(self) -> None:
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
