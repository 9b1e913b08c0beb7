"""Work in a child process: whatever it does, the parent gets an answer."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from PIL import Image

from edge.rendering.child_process import Cause, ChildFailed, ChildLimits, run_in_child
from tests.load.processes import family
from tests.machine import ROOT, wait_until

LIMITS = ChildLimits(cpu_seconds=20, wall_seconds=60, memory_bytes=256 << 20, result_bytes=16 << 20)


def cause(work: Callable[[], bytes], limits: ChildLimits = LIMITS) -> Cause:
    """Why ``work`` has no result. Nothing of the child may be left."""
    before = family(os.getpid())
    with pytest.raises(ChildFailed) as failed:
        run_in_child(work, limits)
    assert family(os.getpid()) == before
    return failed.value.cause


@pytest.mark.parametrize("size", [0, 1, 5 << 20])
def test_the_result_is_what_the_work_returns(size: int) -> None:
    assert run_in_child(lambda: b"x" * size, LIMITS) == b"x" * size


def test_the_work_happens_in_another_process_and_changes_nothing_in_this_one() -> None:
    seen: list[int] = []
    before = [resource.getrlimit(each) for each in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_CORE)]
    pid = int(run_in_child(lambda: seen.append(1) or str(os.getpid()).encode(), LIMITS))  # type: ignore[func-returns-value]
    assert (pid != os.getpid(), seen) == (True, [])
    assert [
        resource.getrlimit(each) for each in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_CORE)
    ] == before


def spin() -> bytes:
    while True:
        pass


def test_a_child_that_spins_is_ended_by_its_limit_of_cpu_time() -> None:
    assert cause(spin, replace(LIMITS, cpu_seconds=1)) is Cause.TIME


def wait() -> bytes:
    time.sleep(999)
    return b""


@pytest.mark.parametrize("work", [spin, wait])
def test_a_child_that_does_not_end_is_killed_after_a_while(work: Callable[[], bytes]) -> None:
    assert cause(work, replace(LIMITS, wall_seconds=0.2)) is Cause.TIME


def test_a_child_that_closes_the_pipe_and_goes_on_is_killed() -> None:
    def work() -> bytes:
        os.closerange(3, 100)
        return spin()

    assert cause(work) is Cause.MEMORY


def fill_in_c() -> bytes:
    """Pillow's own allocator, which raises MemoryError."""
    images = [Image.new("RGB", (2000, 2000)) for _ in range(999)]
    return str(len(images)).encode()


@pytest.mark.parametrize("work", [lambda: bytes(bytearray(512 << 20)), fill_in_c])
def test_a_child_that_fills_the_memory_is_stopped(work: Callable[[], bytes]) -> None:
    assert cause(work) is Cause.MEMORY


def test_what_the_parent_has_mapped_does_not_count() -> None:
    ballast = bytearray(512 << 20)
    assert run_in_child(lambda: str(len(ballast)).encode(), replace(LIMITS, memory_bytes=64 << 20)) == b"536870912"


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGBUS, signal.SIGILL])
def test_a_crash_is_noticed(number: int) -> None:
    assert cause(lambda: os.kill(os.getpid(), number) or b"") is Cause.CRASH  # type: ignore[func-returns-value]


def test_a_null_pointer_is_noticed() -> None:
    assert cause(lambda: ctypes.string_at(0)) is Cause.CRASH


@pytest.mark.parametrize(
    ("number", "expected"),
    [(signal.SIGKILL, Cause.MEMORY), (signal.SIGABRT, Cause.MEMORY), (signal.SIGTERM, Cause.STOPPED)],
)
def test_a_child_that_is_killed_from_outside_is_noticed(tmp_path: Path, number: int, expected: Cause) -> None:
    """SIGKILL is also what the kernel sends if memory runs out, and SIGABRT is how Rust's allocator fails."""
    mark = tmp_path / "pid"

    def work() -> bytes:
        mark.with_suffix(".part").write_text(str(os.getpid()))
        mark.with_suffix(".part").rename(mark)
        return spin()

    def kill() -> None:
        wait_until(mark.exists)
        os.kill(int(mark.read_text()), number)

    killer = Thread(target=kill)
    killer.start()
    assert cause(work) is expected
    killer.join()


def test_an_exception_is_an_error_of_our_own_and_is_logged(capfd: pytest.CaptureFixture[str]) -> None:
    assert cause(lambda: b"%d" % (1 // 0)) is Cause.ERROR
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_a_result_above_the_limit_is_not_read() -> None:
    assert cause(lambda: bytes(64 << 20), replace(LIMITS, result_bytes=1 << 20)) is Cause.MEMORY


def test_the_child_has_none_of_the_parents_sockets_and_files() -> None:
    with socket.create_server(("127.0.0.1", 0)):
        names = run_in_child(lambda: "\n".join(map(_target, _descriptors())).encode(), LIMITS).decode()
    assert "socket:" not in names
    assert names.count("pipe:") >= 1


def _descriptors() -> list[Path]:
    return list(Path("/proc/self/fd").iterdir())


def _target(descriptor: Path) -> str:
    try:
        return str(descriptor.readlink()) if int(descriptor.name) > 2 else ""
    except FileNotFoundError:
        return ""


def test_exit_handlers_and_buffers_of_the_parent_run_once() -> None:
    script = (
        "import atexit; from edge.rendering.child_process import ChildLimits, run_in_child\n"
        "atexit.register(print, 'exit handler'); print('buffered')\n"
        "run_in_child(lambda: b'', ChildLimits(5, 5, 1 << 28, 9))\n"
        "try: run_in_child(lambda: 1 / 0, ChildLimits(5, 5, 1 << 28, 9))\n"
        "except Exception: pass\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["buffered", "exit handler"]


def test_a_thread_can_start_a_child_too() -> None:
    with ThreadPoolExecutor() as pool:
        assert list(pool.map(lambda number: run_in_child(lambda: b"%d" % number, LIMITS), range(4))) == [
            b"0",
            b"1",
            b"2",
            b"3",
        ]


def test_if_the_system_allows_no_more_processes_nothing_is_left_behind() -> None:
    script = (
        "import os, resource; from edge.rendering.child_process import ChildLimits, run_in_child\n"
        "os.setuid(65534) if os.getuid() == 0 else None\n"
        "resource.setrlimit(resource.RLIMIT_NPROC, (0, 0)); before = os.listdir('/proc/self/fd')\n"
        "try: run_in_child(lambda: b'', ChildLimits(5, 5, 1 << 28, 9))\n"
        "except BlockingIOError: print(os.listdir('/proc/self/fd') == before)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


def test_no_file_descriptor_is_left_behind() -> None:
    before = len(_descriptors())
    for _ in range(3):
        run_in_child(lambda: b"", LIMITS)
        cause(lambda: b"%d" % (1 // 0))
    assert len(_descriptors()) == before
