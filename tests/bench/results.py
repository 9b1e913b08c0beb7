"""What each part of the benchmark found, in docs/benchmarks.json: a run of some parts leaves the others' figures."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.bench.report import Chart, Findings, Table, Verdict


@dataclass(frozen=True, slots=True)
class Run:
    """How, when, where and with what something was measured, in words."""

    command: str
    date: str
    machine: str
    versions: str


@dataclass(frozen=True, slots=True)
class Part:
    """One part's findings, and the run that measured them."""

    name: str
    run: Run
    findings: Findings


def load(path: Path) -> list[Part]:
    """The parts that ``path`` holds; none if there is no such file. Its charts have no SVG: that is in their files."""
    if not path.exists():
        return []
    return [_part(name, values) for name, values in json.loads(path.read_text()).items()]


def save(parts: Iterable[Part], path: Path) -> None:
    values = {part.name: {"run": asdict(part.run), **_without_svg(part.findings)} for part in parts}
    path.write_text(json.dumps(values, indent=1, ensure_ascii=False) + "\n")


def merged(kept: Iterable[Part], measured: Iterable[Part], order: Iterable[str]) -> list[Part]:
    """``kept``, with the parts of ``measured`` in place of those of the same name. Unknown names are left out."""
    by_name = {part.name: part for part in (*kept, *measured)}
    return [by_name[name] for name in order if name in by_name]


def by_run(parts: Iterable[Part]) -> Mapping[Run, list[str]]:
    """The names of the parts that each run measured."""
    names: dict[Run, list[str]] = {}
    for part in parts:
        names.setdefault(part.run, []).append(part.name)
    return names


def _without_svg(findings: Findings) -> dict[str, Any]:
    values = asdict(findings)
    for chart in values["charts"]:
        del chart["svg"]
    return values


def _part(name: str, values: Mapping[str, Any]) -> Part:
    tables = [
        Table(each["title"], each["note"], tuple(each["heading"]), [tuple(row) for row in each["rows"]])
        for each in values["tables"]
    ]
    verdicts = [Verdict(**each) for each in values["verdicts"]]
    charts = [Chart(**each, svg="") for each in values["charts"]]
    return Part(name, Run(**values["run"]), Findings(tables, verdicts, charts))
