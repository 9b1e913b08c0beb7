"""Tables, verdicts, charts and the page, as text."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from tests.bench.chart import Bar, bars
from tests.bench.report import Findings, Table, Verdict, at_most, human, ratio, sections, size, terminal

_SVG = "{http://www.w3.org/2000/svg}"


def test_a_table_is_markdown() -> None:
    table = Table("Cats", "All of them.", ("cat", "mass"), [("Chelsea", "4 kg")])
    assert table.markdown() == "### Cats\n\nAll of them.\n\n| cat | mass |\n|---|--:|\n| Chelsea | 4 kg |\n"


def test_a_long_table_is_collapsed_but_not_its_note() -> None:
    (head, body) = sections([Table("Cats", "All of them.", ("cat",), [(str(number),) for number in range(31)])])
    assert head.startswith("### Cats\n\nAll of them.\n\n<details><summary>31 rows</summary>\n")
    assert body.endswith("| 30 |\n\n</details>\n")


@pytest.mark.parametrize(
    ("measured", "last"), [(0.5, "met, 50% under"), (1.0, "met, 0% under"), (1.1, "**missed**, 10% over")]
)
def test_a_verdict_says_by_how_much_it_is_over_or_under(measured: float, last: str) -> None:
    assert at_most("time", measured, 1.0).cells() == ("time", "≤ ×1.00", f"×{measured:.2f}", last)


def test_findings_can_be_added() -> None:
    verdict = Verdict("time", "≤ 1", "1", met=True)
    assert (Findings(verdicts=[verdict]) + Findings(verdicts=[verdict])).verdicts == [verdict, verdict]


def test_figures_have_readable_units() -> None:
    assert [human(ms) for ms in (0.0123, 1.26, 12.3, 999, 1234)] == ["12.3 µs", "1.3 ms", "12 ms", "999 ms", "1.2 s"]
    assert [size(count) for count in (900, 12_345, 2_500_000)] == ["0.9 kB", "12.3 kB", "2.5 MB"]
    assert (ratio(1, 2), ratio(1, None)) == ("×0.50", "–")
    assert terminal(("a", "b"), (4, 3)) == "a     b"


def test_a_chart_draws_ratios_to_scale_with_their_figures() -> None:
    drawing = ElementTree.fromstring(bars("Time", "a & b", "sharp", [Bar("x", 0.5, "1 / 2"), Bar("y", 2.0, "4 / 2")]))  # noqa: S314
    half, twice = (rect for rect in drawing.iter(f"{_SVG}rect") if rect.get("class") in ("less", "more"))
    assert (half.get("class"), twice.get("class")) == ("less", "more")
    assert float(twice.get("width", 0)) == pytest.approx(4 * float(half.get("width", 0)), rel=0.01)
    line = drawing.find(f"{_SVG}line")
    assert line is not None
    middle = float(half.get("x", 0)) + 2 * float(half.get("width", 0))
    assert float(line.get("x1", 0)) == pytest.approx(middle, abs=0.5)
    texts = [text.text for text in drawing.iter(f"{_SVG}text")]
    assert {"Time", "a & b", "sharp", "x", "×0.50", "1 / 2", "y", "×2.00", "4 / 2"} == set(texts)
