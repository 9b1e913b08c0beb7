"""The page of results: a run of some parts leaves the other parts' figures."""

from __future__ import annotations

from pathlib import Path

from tests.bench import page, results
from tests.bench.__main__ import PARTS
from tests.bench.report import Chart, Findings, Table, Verdict
from tests.bench.results import Part, Run
from tests.machine import ROOT

_ALL = Run("make bench", "1 May 2026", "a laptop", "Pillow 1")
_SOME = Run("make bench ONLY=encode", "2 May 2026", "a desktop", "Pillow 2")


def _part(name: str, run: Run, figure: str) -> Part:
    table = Table(f"Table of {name}", "In ms.", ("job", "time"), [("one", figure)])
    verdict = Verdict(f"budget of {name}", "≤ 1", figure, met=figure == "1", by="")
    return Part(name, run, Findings([table], [verdict], [Chart(name, f"Chart of {name}", f"<svg>{figure}</svg>")]))


def _publish(folder: Path, *measured: Part) -> str:
    page.publish(measured, PARTS, "Cats.", folder / "benchmarks.md")
    return (folder / "benchmarks.md").read_text()


def test_a_run_of_one_part_replaces_only_its_own_figures(tmp_path: Path) -> None:
    whole = _publish(tmp_path, *(_part(name, _ALL, "1") for name in ("resize", "encode", "memory")))
    assert "Written by `make bench` on 1 May 2026, on a laptop, with Pillow 1." in whole
    assert "3 of 3 are met." in whole
    text = _publish(tmp_path, _part("encode", _SOME, "2"))
    assert "Table of resize, Table of memory: written by `make bench` on 1 May 2026, on a laptop" in text
    assert "Table of encode: written by `make bench ONLY=encode` on 2 May 2026, on a desktop" in text
    assert "2 of 3 are met." in text
    assert [line for line in text.splitlines() if line.startswith("| one")] == [
        "| one | 1 |",
        "| one | 2 |",
        "| one | 1 |",
    ]
    charts = [(tmp_path / "images" / f"benchmarks-{name}.svg").read_text() for name in ("resize", "encode", "memory")]
    assert charts == ["<svg>1</svg>", "<svg>2</svg>", "<svg>1</svg>"]
    assert all(f"![Chart of {name}](images/benchmarks-{name}.svg)" in text for name in ("resize", "encode", "memory"))


def test_parts_have_the_order_of_a_whole_run(tmp_path: Path) -> None:
    _publish(tmp_path, _part("memory", _SOME, "1"))
    text = _publish(tmp_path, _part("resize", _ALL, "1"))
    assert text.index("### Table of resize") < text.index("### Table of memory")


def test_the_published_page_is_made_of_the_kept_figures(tmp_path: Path) -> None:
    published = ROOT / "docs" / "benchmarks.md"
    parts = results.load(published.with_suffix(".json"))
    assert [part.name for part in parts] == list(PARTS)
    page.write(parts, "Cats.", tmp_path / "benchmarks.md")
    made = (tmp_path / "benchmarks.md").read_text()
    before_the_method = [text.split("## Method")[0] for text in (made, published.read_text())]
    assert before_the_method[0] == before_the_method[1]
