"""Child processes that end with us, whatever ends us. Their output goes to log files, warnings to the terminal too."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

# https://man7.org/linux/man-pages/man2/prctl.2.html
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None
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
                preexec_fn=_tie_to(os.getpid()),  # noqa: PLW1509  # we have one thread
            )
        self._shown = 0

    @property
    def ended(self) -> bool:
        return self.process.poll() is not None

    def says(self, text: bytes) -> bool:
        return text in self.log.read_bytes()

    def show_warnings(self) -> None:
        """Print the new lines of the log that warn."""
        with self.log.open("rb") as file:
            file.seek(self._shown)
            new = file.read()
        whole = new[: new.rfind(b"\n") + 1]
        self._shown += len(whole)
        for line in filter(_WARNING.search, whole.splitlines()):
            print(f"{self.name}: {line.decode('utf-8', 'replace')}", file=sys.stderr, flush=True)

    def hand_over(self) -> None:
        """Print the log and keep nothing of it: what it says may be for the reader alone."""
        print(self.log.read_text(), end="", flush=True)
        self.log.unlink()

    def obituary(self) -> str:
        code = self.process.returncode
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit status {code}"
        tail = self.log.read_bytes().decode("utf-8", "replace").splitlines()[-_TAIL_LINES:]
        return "\n".join([f"{self.name} {how}. The end of {self.log}:", *(f"  {line}" for line in tail)])


class ProcessGroup:
    """Children in our own process group. For the main thread only, since their lives are tied to their starter's."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._children: list[ChildProcess] = []
        if _libc:  # grandchildren whose parent was killed become our own, so that `end` finds them
            _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

    def start(self, name: str, command: Sequence[str], env: Mapping[str, str]) -> ChildProcess:
        child = ChildProcess(name, command, env, self._logs / f"{name}.log")
        self._children.append(child)
        return child

    def finish(self, child: ChildProcess) -> None:
        """Wait for a child that ends by itself. Raises `ChildEndedError` where it fails."""
        self.wait(lambda: child.process.poll() == 0, ending=child)
        self._children.remove(child)

    def wait(self, until: Callable[[], bool], *, pause: float = 0.05, ending: ChildProcess | None = None) -> None:
        """Look after the children until ``until`` holds. Raises `ChildEndedError` where one ends that should not."""
        while not until():
            for child in self._children:
                ended = child.ended
                child.show_warnings()
                if ended and (child is not ending or child.process.returncode):
                    raise ChildEndedError(child.obituary())
            time.sleep(pause)

    def end(self, patience: float = 5) -> None:
        """Ask everybody to end, and make those who have not after ``patience`` seconds; grandchildren too."""
        for child in self._children:
            child.process.terminate()
        until = time.monotonic() + patience
        while time.monotonic() < until and not all(child.ended for child in self._children):
            time.sleep(0.02)
        while pids := _descendants(os.getpid()):
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(-1, 0)


def _tie_to(parent: int) -> Callable[[], None]:
    """What a new child does first: have itself ended when ``parent`` dies, even by SIGKILL."""

    def tie() -> None:
        if _libc:
            _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
            if os.getppid() != parent:  # it died before we could say so
                os._exit(1)

    return tie


def _descendants(ancestor: int) -> set[int]:
    """The running children of a process, and theirs; none where there is no /proc."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            _state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            parents[int(stat.parent.name)] = int(parent)
    found, before = {ancestor}, set[int]()
    while found != before:
        before = set(found)
        found |= {pid for pid, parent in parents.items() if parent in found}
    return found - {ancestor}
