"""The results of a run: as values, as lines on a terminal and as Markdown."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Table:
    """``heading`` and ``rows`` hold the printed cells; the first column is left-aligned, the others right-aligned."""

    title: str
    note: str
    heading: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]

    def markdown(self) -> str:
        return "\n\n".join(filter(None, (f"### {self.title}", wrapped(self.note), self.grid()))) + "\n"

    def grid(self) -> str:
        """The table without title and note."""
        return "\n".join([_line(self.heading), "|---|" + "--:|" * (len(self.heading) - 1), *map(_line, self.rows)])


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a measurement met its budget; ``by`` says by how much it is over or under."""

    what: str
    budget: str
    measured: str
    met: bool
    by: str = ""

    def cells(self) -> tuple[str, ...]:
        return (
            self.what,
            self.budget,
            self.measured,
            ("met" if self.met else "**missed**") + (f", {self.by}" if self.by else ""),
        )


def at_most(what: str, measured: float, most: float, spell: str = "×{:.2f}") -> Verdict:
    """A budget that a number must not exceed."""
    by = f"{abs(measured / most - 1):.0%} {'over' if measured > most else 'under'}"
    return Verdict(what, "≤ " + spell.format(most), spell.format(measured), measured <= most, by)


@dataclass(frozen=True, slots=True)
class Chart:
    """An SVG; ``about`` describes it in words."""

    name: str
    about: str
    svg: str


@dataclass(slots=True)
class Findings:
    """The results of one part of the run."""

    tables: list[Table] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)

    def __add__(self, other: Findings) -> Findings:
        return Findings(self.tables + other.tables, self.verdicts + other.verdicts, self.charts + other.charts)


def terminal(cells: Sequence[str], widths: Sequence[int]) -> str:
    """One row for a terminal: the first cell left-aligned, the others right-aligned."""
    first, *others = cells
    return first.ljust(widths[0]) + "".join(cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))


def human(ms: float) -> str:
    """A time in a readable unit."""
    if ms < 1:
        return f"{ms * 1000:.1f} µs"
    if ms < 10:
        return f"{ms:.1f} ms"
    return f"{ms:.0f} ms" if ms < 1000 else f"{ms / 1000:.1f} s"


def ratio(ours: float, theirs: float | None) -> str:
    """Ours divided by theirs."""
    return f"×{ours / theirs:.2f}" if theirs else "–"


#: Formats as they are usually written.
SPELLED = {"jpeg": "JPEG", "png": "PNG", "webp": "WebP", "avif": "AVIF"}
#: Format classes, as they are written in tables.
CLASSES = {"avif": "AVIF", "webp": "WebP", "basic": "basic"}


def points(gain: float) -> str:
    """A difference of scores, with its sign."""
    return f"{gain:+.1f}".replace("-", "−")


def size(count: float) -> str:
    """A number of bytes in a readable unit."""
    return f"{count / 1000:.1f} kB" if count < 1e6 else f"{count / 1e6:.1f} MB"


def wrapped(text: str) -> str:
    """A paragraph in lines of at most 120 characters, as in all pages of docs/."""
    return textwrap.fill(text, 120, break_long_words=False, break_on_hyphens=False)


_FOLDED = 30


def sections(tables: Iterable[Table]) -> Iterator[str]:
    """Each table as Markdown; long ones are collapsed."""
    for table in tables:
        if len(table.rows) <= _FOLDED:
            yield table.markdown()
        else:
            yield f"### {table.title}\n\n{wrapped(table.note)}\n\n<details><summary>{len(table.rows)} rows</summary>\n"
            yield f"{table.grid()}\n\n</details>\n"
