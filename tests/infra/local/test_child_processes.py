"""Child processes: warnings, exit reports, and the end of their descendants."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra.local.child_processes import ChildProcess
from tests.machine import ROOT, wait_until


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[str], ChildProcess]]:
    """Starts a shell script as a child."""
    started: list[ChildProcess] = []

    def start(script: str) -> ChildProcess:
        started.append(ChildProcess("child", ["sh", "-c", script], os.environ, tmp_path / "child.log"))
        return started[-1]

    yield start
    for child in started:
        child.process.kill()
        child.process.wait()


def test_warnings_and_errors_of_the_log_are_shown_once(
    start: Callable[[str], ChildProcess], capsys: pytest.CaptureFixture[str]
) -> None:
    child = start("echo fine; echo WARNING: hot; echo ValueError: bad; printf incomplete")
    wait_until(lambda: child.ended)
    child.show_warnings()
    child.show_warnings()
    assert capsys.readouterr().err == "child: WARNING: hot\nchild: ValueError: bad\n"


@pytest.mark.parametrize(
    ("script", "how"), [("exit 3", "ended with exit status 3"), ("kill -9 $$", "was ended by SIGKILL")]
)
def test_an_exit_report_says_how_it_ended_and_the_end_of_its_output(
    start: Callable[[str], ChildProcess], script: str, how: str
) -> None:
    child = start(f"seq 30; {script}")
    wait_until(lambda: child.ended)
    report = child.exit_report().splitlines()
    assert report[0] == f"child {how}. The end of {child.log}:"
    assert report[1:] == [f"  {number}" for number in range(11, 31)]


def test_a_log_with_a_password_is_printed_and_deleted(
    start: Callable[[str], ChildProcess], capsys: pytest.CaptureFixture[str]
) -> None:
    child = start("echo secret")
    wait_until(lambda: child.has_printed(b"secret"))
    child.print_and_delete_log()
    assert (capsys.readouterr().out, child.log.exists()) == ("secret\n", False)


def run_in_process(code: str, folder: Path) -> str:
    """A process group adopts orphans and kills all descendants, so it runs in a process of its own."""
    command = [sys.executable, "-c", code, str(folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=20).stdout


def test_a_child_that_ends_too_early_is_an_error(tmp_path: Path) -> None:
    code = """
import os, pathlib, sys
from infra.local.child_processes import ChildEndedError, ProcessGroup
group = ProcessGroup(pathlib.Path(sys.argv[1]))
group.wait_for_exit(group.start("setup", ["true"], os.environ))
group.start("server", ["false"], os.environ)
try:
    group.wait(lambda: False)
except ChildEndedError as error:
    print(error)
"""
    assert run_in_process(code, tmp_path).startswith("server ended with exit status 1.")


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_grandchildren_that_ignore_sigterm_are_killed(tmp_path: Path) -> None:
    code = """
import pathlib, sys
from infra.local.child_processes import ProcessGroup
here = pathlib.Path(sys.argv[1])
group = ProcessGroup(here)
stubborn = 'trap "" TERM; (trap "" TERM; echo $BASHPID >> pids; sleep 100) & echo $$ >> pids; wait; sleep 100'
group.start("stubborn", ["bash", "-c", f"cd {here}; {stubborn}"], {"PATH": "/usr/bin:/bin"})
group.wait(lambda: (here / "pids").exists() and len((here / "pids").read_text().split()) == 2)
group.stop(patience=0.2)
print("stopped")
"""
    assert run_in_process(code, tmp_path) == "stopped\n"
    assert [pid for pid in (tmp_path / "pids").read_text().split() if Path("/proc", pid).exists()] == []
