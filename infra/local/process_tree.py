"""Linux process control: children that die with their parent, and the descendants of a process.

https://man7.org/linux/man-pages/man2/prctl.2.html
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parent dies, so that `kill_descendants` finds them."""
    if _libc:
        _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def die_with_parent(parent: int) -> Callable[[], None]:
    """Return a function for a new child to call: it gets SIGTERM when ``parent`` dies, even from SIGKILL."""

    def arrange() -> None:
        if _libc:
            _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
            if os.getppid() != parent:  # the parent died before the call
                os._exit(1)

    return arrange


def kill_descendants() -> None:
    """Kill all descendants of this process, until none is left."""
    # One pass is not enough: a process may fork while the others are being killed.
    while pids := _descendants(os.getpid()):
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        # A killed child stays in /proc until its parent waits for it: https://man7.org/linux/man-pages/man2/wait.2.html
        with suppress(ChildProcessError):
            os.waitpid(-1, 0)


def _descendants(ancestor: int) -> set[int]:
    """Return the process ids of all descendants; none on systems without /proc."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # The command's name, in parentheses, may contain spaces and parentheses itself.
            _state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            parents[int(stat.parent.name)] = int(parent)
    found, before = {ancestor}, set[int]()
    while found != before:
        before = set(found)
        found |= {pid for pid, parent in parents.items() if parent in found}
    return found - {ancestor}
