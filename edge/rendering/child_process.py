"""Work in a forked child with limits on time and memory, whatever the work does: the parent always gets an answer.

A child costs about as much as it changes of the parent's memory. It protects against work that does not end, fills the
memory or crashes; it is no sandbox against code that has been taken over.
"""

from __future__ import annotations

import os
import resource
import select
import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import NoReturn

_CHUNK = 1 << 20
_FAILED, _OUT_OF_MEMORY = 1, 3


@dataclass(frozen=True, slots=True)
class ChildLimits:
    """``memory_bytes`` is what the child may map in addition to what it has from the parent."""

    cpu_seconds: int
    wall_seconds: float
    memory_bytes: int
    result_bytes: int


class Cause(Enum):
    """Why there is no result."""

    TIME = "it took too long"
    MEMORY = "it needed too much memory"
    CRASH = "it crashed"
    STOPPED = "somebody stopped the process"
    ERROR = "it raised an exception, which is on stderr"


#: By the signal that ended the child. Of all others it is a crash.
_CAUSES: dict[int, Cause] = {
    signal.SIGXCPU: Cause.TIME,
    # What Rust and C++ do when an allocation fails, and what the kernel does when memory runs out.
    signal.SIGABRT: Cause.MEMORY,
    signal.SIGKILL: Cause.MEMORY,
    # What people and service managers stop a process with says nothing about the work.
    signal.SIGTERM: Cause.STOPPED,
    signal.SIGINT: Cause.STOPPED,
    signal.SIGHUP: Cause.STOPPED,
}


class ChildFailed(Exception):
    """The child ended without a result."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause.value)
        self.cause = cause


def run_in_child(work: Callable[[], bytes], limits: ChildLimits) -> bytes:
    """What ``work`` returns in a forked child. Raises `ChildFailed`, and `OSError` if the system allows no child."""
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb", 0):
        try:
            pid = os.fork()
            if pid == 0:
                _run_and_exit(work, writing, limits)
        finally:
            os.close(writing)
        try:
            result = _read(reading, limits)
        finally:
            status = _end(pid)
    if cause := _cause_of(status):
        raise ChildFailed(cause)
    return result


def _read(pipe: int, limits: ChildLimits) -> bytes:
    """All that the child writes, until it ends or the time is over."""
    deadline = time.monotonic() + limits.wall_seconds
    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    chunks, size = list[bytes](), 0
    while True:
        if not poll.poll(max(0, deadline - time.monotonic()) * 1000):
            raise ChildFailed(Cause.TIME)
        chunk = os.read(pipe, _CHUNK)
        if not chunk:
            return b"".join(chunks)
        chunks.append(chunk)
        size += len(chunk)
        if size > limits.result_bytes:
            raise ChildFailed(Cause.MEMORY)


def _end(pid: int) -> int:
    """The child's wait status. A child that has begun to exit keeps its own; any other is killed."""
    os.kill(pid, signal.SIGKILL)
    return os.waitpid(pid, 0)[1]


def _cause_of(status: int) -> Cause | None:
    """Why there is no result, by the wait status of a child that closed the pipe; `None` if there is one."""
    if os.WIFEXITED(status):
        return {0: None, _OUT_OF_MEMORY: Cause.MEMORY}.get(os.WEXITSTATUS(status), Cause.ERROR)
    return _CAUSES.get(os.WTERMSIG(status), Cause.CRASH)


def _run_and_exit(work: Callable[[], bytes], pipe: int, limits: ChildLimits) -> NoReturn:
    """The child. It leaves no way back into the parent's code, and runs none of its exit handlers."""
    code = _FAILED
    try:
        _set_limits(limits)
        _close_all_but(pipe)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        _write(pipe, work())
        code = 0
    except MemoryError:
        code = _OUT_OF_MEMORY
    except BaseException:
        os.write(2, traceback.format_exc().encode())  # sys.stderr may be one of the files that were closed
    finally:
        os._exit(code)


def _set_limits(limits: ChildLimits) -> None:
    mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    _lower(resource.RLIMIT_AS, mapped + limits.memory_bytes)
    _lower(resource.RLIMIT_CPU, limits.cpu_seconds)
    _lower(resource.RLIMIT_CORE, 0)


def _lower(limit: int, value: int) -> None:
    hard = resource.getrlimit(limit)[1]
    resource.setrlimit(limit, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def _close_all_but(pipe: int) -> None:
    """Close the parent's sockets and files in the child, apart from stdin, stdout and stderr."""
    open_files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    os.closerange(3, pipe)
    os.closerange(pipe + 1, open_files)


def _write(pipe: int, result: bytes) -> None:
    left = memoryview(result)
    while left:
        left = left[os.write(pipe, left) :]
