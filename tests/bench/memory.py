"""Peak memory of one job in a new process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.bench.bench import Bench
from tests.bench.inputs import KINDS, Input
from tests.bench.peers import OURS, SHARP, VIPS
from tests.bench.report import SPELLED, Findings, Table, at_most
from tests.bench.worker import EngineFailed

_WIDTH = 1600
_FIFTY = (8660, 5774)
_MOST_FIFTY, _MOST = 512, 1000
_HEADING = ("job", "peak", "peak: ours", "sharp", "libvips", "above idle: ours", "sharp", "libvips")
_COLUMNS = (42, 8, 12, 10, 10, 18, 10, 10)
_NOTE = (
    "Peak memory (VmHWM) of a new process that does this one job; in the last three columns, without the memory it "
    "used before the job. *peak* is ours divided by sharp's. The largest inputs are gradients instead of photographs, "
    "because their content does not affect memory."
)


def run(bench: Bench) -> Findings:
    if not Path("/proc/self/status").exists():
        return Findings([Table("Memory", "Measured on Linux only.", _HEADING, [])])
    bench.say(_HEADING, _COLUMNS)
    rows, ours = [], {}
    for source, name in _jobs(bench):
        peaks = {engine: _peak(bench, engine, source, name) for engine in (OURS, SHARP, VIPS)}
        if (peak := peaks[OURS]) is not None:
            ours[source] = peak[0]
        rows.append((f"{source.name} → {_WIDTH} {SPELLED[name]}", *_cells(peaks)))
        bench.say(rows[-1], _COLUMNS)
    fifty = max(peak for source, peak in ours.items() if source.size == _FIFTY)
    verdicts = [at_most("memory, 50 MP JPEG, baseline and progressive", fifty, _MOST_FIFTY, "{:.0f} MB")]
    verdicts.append(at_most("memory, anything admitted", max(ours.values()), _MOST, "{:.0f} MB"))
    return Findings([Table("Memory", _NOTE, _HEADING, rows)], verdicts)


def _jobs(bench: Bench) -> Iterator[tuple[Input, str]]:
    for megapixels in () if bench.quick else ("13", "24"):
        for kind in KINDS:
            yield bench.input_files.input(kind, megapixels), "webp"
    for kind in ("JPEG", "JPEG progressive"):
        yield bench.input_files.make(kind, "50", _FIFTY), "avif"
    for kind, megapixels, side in () if bench.quick else _LARGEST:
        yield bench.input_files.drawn(kind, megapixels, side), "webp"


#: The largest that the engine's limits admit.
_LARGEST = (
    ("JPEG progressive", "100", 10_000),
    ("PNG alpha", "75", 8660),
    ("WebP", "50", 7071),
    ("AVIF", "50", 7071),
)

_Peak = tuple[float, float]


def _peak(bench: Bench, engine: str, source: Input, name: str) -> _Peak | None:
    """Megabytes at the peak, in all and above the idle process."""
    worker = bench.peers.start(engine)
    if worker is None:
        return None
    try:
        idle = worker.tell("peak")["kilobytes"]
        worker.ask("job", input=source.path, format=name, width=_WIDTH)
        most = worker.tell("peak")["kilobytes"]
    except EngineFailed as error:
        print(f"  {engine} failed: {error}")
        return None
    finally:
        worker.close()
    return most * 1024 / 1e6, (most - idle) * 1024 / 1e6


def _cells(peaks: dict[str, _Peak | None]) -> Iterator[str]:
    ours, sharp = peaks[OURS], peaks[SHARP]
    yield f"×{ours[0] / sharp[0]:.2f}" if ours and sharp else "–"
    for which in (0, 1):
        yield from (f"{peak[which]:.0f} MB" if peak else "–" for peak in peaks.values())
