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


def test_other_c_libraries_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctypes.CDLL", lambda _name: object())
    assert not malloc.keep_freed()


def _run(how: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", SCRIPT, how], check=True, capture_output=True, text=True)
    return done.stdout.split()
