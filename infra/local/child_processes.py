"""Child processes that end with this process, however it ends. Output goes to log files, warnings to stderr too."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from infra.local.process_tree import adopt_orphans, die_with_parent, kill_descendants

_WARNING = re.compile(rb"\b(?:WARNING|ERROR|CRITICAL|Traceback)\b|^\S*(?:Error|Exception):")
_TAIL_LINES = 20


class ChildEndedError(Exception):
    """A child has ended too early; the message says which, how, and the end of its output."""


class ChildProcess:
    """One process and its log file, which holds the output of this start only."""

    def __init__(self, name: str, command: Sequence[str], env: Mapping[str, str], log: Path) -> None:
        self.name, self.log = name, log
        with log.open("wb") as file:
            self.process = subprocess.Popen(  # noqa: S603  # our own commands
                command,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent(os.getpid()),  # noqa: PLW1509  # we have one thread
            )
        self._shown = 0

    @property
    def ended(self) -> bool:
        return self.process.poll() is not None

    def has_printed(self, text: bytes) -> bool:
        return text in self.log.read_bytes()

    def show_warnings(self) -> None:
        """Print the log's new warnings and errors on stderr."""
        with self.log.open("rb") as file:
            file.seek(self._shown)
            new = file.read()
        # The child may be in the middle of writing a line; the next call reads the rest.
        complete = new[: new.rfind(b"\n") + 1]
        self._shown += len(complete)
        for line in filter(_WARNING.search, complete.splitlines()):
            print(f"{self.name}: {line.decode('utf-8', 'replace')}", file=sys.stderr, flush=True)

    def print_and_delete_log(self) -> None:
        """Show the log without keeping it: it may contain a password."""
        print(self.log.read_text(), end="", flush=True)
        self.log.unlink()

    def exit_report(self) -> str:
        code = self.process.returncode
        # A negative code is a signal: https://docs.python.org/3/library/subprocess.html#subprocess.Popen.returncode
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit status {code}"
        tail = self.log.read_bytes().decode("utf-8", "replace").splitlines()[-_TAIL_LINES:]
        return "\n".join([f"{self.name} {how}. The end of {self.log}:", *(f"  {line}" for line in tail)])


class ProcessGroup:
    """The children of this process. Use it from the main thread: a child ends with the thread that started it."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._children: list[ChildProcess] = []
        adopt_orphans()

    def start(self, name: str, command: Sequence[str], env: Mapping[str, str]) -> ChildProcess:
        child = ChildProcess(name, command, env, self._logs / f"{name}.log")
        self._children.append(child)
        return child

    def wait_for_exit(self, child: ChildProcess) -> None:
        """Wait for a child that ends by itself. Raises `ChildEndedError` if it fails."""
        self.wait(lambda: child.process.poll() == 0, ending=child)
        self._children.remove(child)

    def wait(self, until: Callable[[], bool], *, pause: float = 0.05, ending: ChildProcess | None = None) -> None:
        """Watch the children until ``until()`` is true. Raises `ChildEndedError` if one ends that should not."""
        while not until():
            for child in self._children:
                # Checked before the log is read, so that the log of a child that has ended is complete.
                ended = child.ended
                child.show_warnings()
                if ended and (child is not ending or child.process.returncode):
                    raise ChildEndedError(child.exit_report())
            time.sleep(pause)

    def stop(self, patience: float = 5) -> None:
        """Terminate all children; kill those that still run after ``patience`` seconds, and their descendants."""
        for child in self._children:
            child.process.terminate()
        until = time.monotonic() + patience
        while time.monotonic() < until and not all(child.ended for child in self._children):
            time.sleep(0.02)
        kill_descendants()
