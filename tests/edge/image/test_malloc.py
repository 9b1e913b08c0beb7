"""Memory that an image frees is kept for the next one."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

from edge.image import malloc

SCRIPT = """
import resource, sys
from edge.image import malloc
kept = malloc.keep_freed() if sys.argv[1] == "keep" else None
def touched():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    pieces = [b"x" * (40 << 20) for _ in range(2)]
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
touched()
print(kept, touched())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library has other ways")
def test_the_next_image_reuses_the_memory_of_the_last_one() -> None:
    kept, touched = _run("keep")
    assert kept == "True"
    assert int(touched) < 1000
    assert int(_run("give back")[1]) > 15_000  # 80 MB in pages of 4 KB


THREADS = """
import re, sys, threading
from pathlib import Path
from edge.image import malloc
shared = malloc.share_one_arena() if sys.argv[1] == "share" else None
def mapped():
    return int(re.search(r"VmSize:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024
before, everyone = mapped(), threading.Barrier(9)
def work():
    kept = [bytes(2000) for _ in range(100)]
    everyone.wait()
    everyone.wait()
threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads: thread.start()
everyone.wait()
print(shared, mapped() - before)
everyone.wait()
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library has other ways")
def test_threads_that_share_an_arena_reserve_no_addresses_beside_their_stacks() -> None:
    shared, megabytes = _run("share", THREADS)
    assert shared == "True"
    assert int(megabytes) < 8 * 16
    assert int(_run("alone", THREADS)[1]) > 8 * 64


def test_other_c_libraries_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctypes.CDLL", lambda _name: object())
    assert not malloc.keep_freed()
    assert not malloc.share_one_arena()


def _run(how: str, script: str = SCRIPT) -> list[str]:
    done = subprocess.run([sys.executable, "-c", script, how], check=True, capture_output=True, text=True)
    return done.stdout.split()
