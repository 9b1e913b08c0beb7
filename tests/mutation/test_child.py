"""Tests in a copy of the project, each run in a process of its own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.machine import wait_until
from tests.mutation import child


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    (tmp_path / "tests").mkdir()
    (tmp_path / "pyproject.toml").write_text('[tool.pytest.ini_options]\naddopts = ["--import-mode=importlib"]\n')
    return tmp_path


def passes(copy: Path, source: str) -> bool:
    (copy / "tests" / "test_it.py").write_text(source)
    return child.passes(copy, ["-p", "no:django", "-p", "no:cacheprovider", "tests"], {"CHILD": "1"})


def test_a_failed_test_is_reported(copy: Path) -> None:
    assert passes(copy, "def test(): pass")
    assert not passes(copy, "def test(): assert False")
    assert not passes(copy, "import missing_module")


def test_imports_find_the_copy_and_nothing_of_the_checkout(copy: Path) -> None:
    (copy / "edge.py").write_text("NAME = 'copy'")
    assert passes(copy, "import edge\ndef test(): assert edge.NAME == 'copy'")
    assert not passes(copy, "import assets")


def test_this_process_is_left_as_it_is(copy: Path) -> None:
    before = Path.cwd()
    assert passes(copy, "import os\ndef test(): assert os.environ['CHILD'] == '1'")
    assert Path.cwd() == before
    assert "CHILD" not in os.environ


def test_tests_that_take_too_long_are_killed_with_all_that_they_started(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "TIMEOUT_SECONDS", 5)
    started = copy / "started"
    source = f"""
import subprocess, sys, pathlib
def test():
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
    pathlib.Path({str(started)!r}).write_text(str(process.pid))
    while True: pass
"""
    assert not passes(copy, source)
    wait_until(lambda: _is_gone(int(started.read_text())))


def _is_gone(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z"
