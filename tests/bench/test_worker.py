"""An engine in a process of its own."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.bench.drawn import noise
from tests.bench.worker import EngineFailed, Worker


def test_our_worker_returns_images_and_errors(tmp_path: Path) -> None:
    source, out = tmp_path / "source.png", tmp_path / "out.raw"
    noise((64, 48)).save(source)
    worker = Worker([sys.executable, "-m", "tests.bench.engines.ours"])
    try:
        done = worker.ask("resize", input=source, width=32, out=out)
        assert (done.size, done.bands, out.stat().st_size) == ((32, 24), 3, 32 * 24 * 3)
        with pytest.raises(EngineFailed, match="FileNotFoundError"):
            worker.ask("resize", input=tmp_path / "none", width=32)
        assert worker.ask("job", input=source, width=16, format="webp").size == (16, 12)
    finally:
        worker.close()
