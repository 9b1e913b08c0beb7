"""Results as JSON."""

from __future__ import annotations

from pathlib import Path

from tests.bench import results
from tests.bench.report import Chart, Findings, Table, Verdict
from tests.bench.results import Part, Run

_RUN = Run("make bench", "1 May 2026", "a laptop", "Pillow 1")
_TABLE = Table("Times", "In ms.", ("job", "time"), [("sharp's", "×0.5"), ("ours", "–")])
_VERDICT = Verdict("time", "≤ 1", "2", met=False, by="100% over")


def test_what_is_saved_can_be_loaded(tmp_path: Path) -> None:
    path = tmp_path / "benchmarks.json"
    results.save([Part("encode", _RUN, Findings([_TABLE], [_VERDICT], [Chart("c", "A chart", "<svg/>")]))], path)
    assert results.load(path) == [Part("encode", _RUN, Findings([_TABLE], [_VERDICT], [Chart("c", "A chart", "")]))]


def test_before_the_first_run_there_are_none(tmp_path: Path) -> None:
    assert results.load(tmp_path / "benchmarks.json") == []


def test_a_part_that_no_longer_exists_is_left_out() -> None:
    parts = [Part(name, _RUN, Findings()) for name in ("memory", "unknown")]
    assert results.merged(parts, [], ("encode", "memory")) == parts[:1]
