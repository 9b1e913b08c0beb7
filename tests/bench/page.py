"""The page that a run writes: what was measured, on what, and how to repeat it."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import PIL
from PIL import features

from tests.bench.bench import Bench
from tests.bench.peers import SHARP, VIPS
from tests.bench.report import Chart, Findings, Table, sections
from tests.machine import ROOT

_OURS = {"webp": "libwebp", "avif": "libavif", "libjpeg_turbo": "libjpeg-turbo"}
_HOW = """## How it is measured

One engine after another in the same round, each a process that stays, on one core and with one thread, warmed up; which
one begins changes from round to round. Each times itself round nothing but the work, and the median of up to twenty-one
rounds stands, the fewer the slower the job. Ratios are ours by the other's: below 1 is less. Absolute times belong to
this machine.

**Photographs.** {photographs} A picture that is larger than any of them is a sheet of about a dozen, side by side;
where a dozen do not fill it they are enlarged a whole number of times and given a sensor's grain. Nothing that is
measured sees the enlargement: the outputs are as much smaller again, so each shows the photographs at about their own
pixels or fewer, and the grain leaves a decoder as many bytes a pixel to read as a camera's picture does. Sheets are
harder than most photographs: on one large photograph all engines score higher. JPEGs are written at quality 90 with
4:2:0, WebP at 85, AVIF at 75; the PNGs with alpha are an oval with a soft edge.

**Scores** are [SSIMULACRA2](https://github.com/cloudinary/ssimulacra2) (`ssimulacra2` of PyPI): 100 is identical, 90
cannot be told apart by eye, 70 is good. The reference favours neither engine: every pixel decoded, then Lanczos3 in
linear light in floating point (`tests/bench/reference.py`). Differences of less than half a point count as none. A
picture with a side below 256 pixels is mirrored beyond its edges up to that, since the metric needs its six scales.
Transparency is judged on dark and on light grey, and the worse counts.

**The peers.** sharp from npm and libvips through pyvips, each called as its users call it: `resize({{width}})` and
`vips_thumbnail`, encoders at their defaults. Their caches are off, as ours has none.
"""


def write(bench: Bench, findings: Sequence[Findings], path: Path, command: str) -> None:
    """The page at ``path`` and its charts in ``images`` beside it."""
    images = path.parent / "images"
    images.mkdir(parents=True, exist_ok=True)
    charts = [chart for each in findings for chart in each.charts]
    text = "\n".join(_lines(bench, findings, charts, command))  # which says whether git knows of changes
    for chart in charts:
        (images / f"benchmarks-{chart.name}.svg").write_text(chart.svg)
    path.write_text(text)


def _lines(bench: Bench, findings: Sequence[Findings], charts: Sequence[Chart], command: str) -> Iterator[str]:
    yield "# Benchmarks\n"
    yield f"Written by `{command}` on {datetime.now(UTC):%d %B %Y}, on {machine()}.\n"
    yield ", ".join(_versions(bench)) + ".\n"
    for chart in charts:
        yield f"![{chart.about}](images/benchmarks-{chart.name}.svg)\n"
    verdicts = [verdict.cells() for each in findings for verdict in each.verdicts]
    missed = sum("missed" in cells[-1] for cells in verdicts)
    yield f"## Budgets\n\n{len(verdicts) - missed} of {len(verdicts)} are met.\n"
    yield Table("", "", ("what", "budget", "measured", ""), verdicts).grid() + "\n"
    yield "## Tables\n"
    yield from sections(table for each in findings for table in each.tables)
    yield _HOW.format(photographs=_photographs(bench))


def machine() -> str:
    """The machine, as a reader compares it with theirs."""
    return f"{_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"


def _processor() -> str:
    known = Path("/proc/cpuinfo")
    lines = known.read_text().splitlines() if known.exists() else []
    return next((line.split(":", 1)[1].strip() for line in lines if "model name" in line), platform.processor())


def _versions(bench: Bench) -> Iterator[str]:
    command = ["git", "describe", "--always", "--dirty"]
    commit = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    yield f"imagehub at {commit.stdout.strip() or 'no commit'}"
    codecs = ", ".join(f"{spelled} {features.version(name)}" for name, spelled in _OURS.items())
    yield f"Python {platform.python_version()}, Pillow {PIL.__version__} ({codecs})"
    for name in (SHARP, VIPS):
        worker = bench.peers.start(name)
        if worker is not None:
            yield " ".join(f"{what} {version}" for what, version in worker.tell("versions").items())
            worker.close()


def _photographs(bench: Bench) -> str:
    names = ", ".join(photo.name for photo in bench.pantry.photos)
    if bench.pantry.theirs:
        return f"A folder's, of these sizes: {names}."
    return f"Those that come with scikit-image and are in the public domain or CC0: {names}."
