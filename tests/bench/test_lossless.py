"""Our engine with and without its lossless attempts."""

from __future__ import annotations

from pathlib import Path

from tests.bench.drawings import DRAWINGS
from tests.bench.lossless import _row, _verdict
from tests.bench.peers import OURS, OURS_LOSSY, Peers
from tests.bench.race import Lap
from tests.bench.worker import Done


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


def test_the_budget_is_for_the_time_of_all_photographs_together() -> None:
    pairs = [(Lap(2, Done(2, 1)), Lap(1, Done(1, 1))), (Lap(100, Done(100, 1)), Lap(99, Done(99, 1)))]
    assert _verdict("basic", pairs).cells()[2:] == ("×1.02", "met, 11% under")
    assert _row("photographs", pairs) == ("photographs", "×1.42", "×1.00", "14 ms", "9.9 ms", "0 of 2")
