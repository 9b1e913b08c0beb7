"""How long `make demo` takes to start: in a fresh clone, and again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.timing import Row
from tests.machine import ROOT, free_port


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "imagehub"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)  # noqa: S607
        yield Row("first start of make demo, in a fresh clone", _to_the_ready_line(clone), 120)
        yield Row("a later start of make demo", _to_the_ready_line(clone), 8)
        shutil.rmtree(clone)


def _to_the_ready_line(clone: Path) -> float:
    """Seconds from the command to its ready line."""
    ports = {"PORT": str(free_port()), "CDN_PORT": str(free_port())}
    started = time.perf_counter()
    process = subprocess.Popen(
        ["make", "demo"],  # noqa: S607
        cwd=clone,
        env={**os.environ, **ports, "DATA_DIR": str(clone / "var")},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        if not any(line.startswith("The demo is ready") for line in process.stdout):
            raise RuntimeError("make demo ended before it was ready")
        return time.perf_counter() - started
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=30)
