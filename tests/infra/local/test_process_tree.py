"""Children that die with their parent."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.machine import ROOT, wait_until

_PARENT = """
import os, signal, subprocess
from infra.local.process_tree import die_with_parent
child = subprocess.Popen(["sleep", "100"], preexec_fn=die_with_parent(os.getpid()))
print(child.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_child_dies_with_a_parent_that_is_killed() -> None:
    done = subprocess.run([sys.executable, "-c", _PARENT], cwd=ROOT, capture_output=True, text=True, check=False)
    stat = Path("/proc", done.stdout.strip(), "stat")
    wait_until(lambda: not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z")
