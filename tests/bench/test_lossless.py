"""Our engine with and without its lossless attempts."""

from __future__ import annotations

from pathlib import Path

from tests.bench.drawings import DRAWINGS
from tests.bench.peers import OURS, OURS_LOSSY, Peers


def test_the_engine_without_lossless_attempts_encodes_a_drawing_lossily(tmp_path: Path) -> None:
    source = tmp_path / "document.png"
    DRAWINGS["document"]().save(source)
    sizes = {}
    # `Peers` would install sharp, which is not needed here.
    peers = Peers.__new__(Peers)
    with peers.all((OURS, OURS_LOSSY)) as engines:
        for name, engine in engines.items():
            sizes[name] = engine.ask("encode", pixels=source, format="webp").bytes
    assert sizes[OURS] < sizes[OURS_LOSSY]
