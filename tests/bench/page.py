"""Writes docs/benchmarks.md: what was measured, on which machine, and how to repeat it."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import PIL
from PIL import features

from tests.bench import results
from tests.bench.bench import Bench
from tests.bench.peers import SHARP, VIPS
from tests.bench.report import Table, sections, wrapped
from tests.bench.results import Part, Run
from tests.machine import ROOT

_OURS = {"webp": "libwebp", "avif": "libavif", "libjpeg_turbo": "libjpeg-turbo"}
_METHOD = (
    "Engines run alternately, each in a warm, long-running process on one core with one thread; a different one "
    "starts each round. Each times only its own work. The figure is the median of up to 21 rounds, fewer for slow "
    "jobs. Ratios are ours divided by the other's: below 1 is less. Absolute times belong to this machine.",
    "**Photographs.** {photographs} An input larger than all of them is a sheet of about a dozen. If a dozen do not "
    "fill it, they are enlarged by an integer factor and get sensor noise. The enlargement does not affect results: "
    "outputs are at least that much smaller, and the noise gives decoders as many bytes per pixel as a camera does. "
    "All engines score lower on sheets than on a single large photograph. JPEGs are written at quality 90 with 4:2:0, "
    "WebP at 85, AVIF at 75; PNGs with alpha are an oval with a soft edge.",
    "**Scores** are [SSIMULACRA2](https://github.com/cloudinary/ssimulacra2): 100 is identical, 90 visually "
    "identical, 70 good. For the main reference every pixel is decoded, then resized with Lanczos3 in floating point "
    "over the encoded values, which is what browsers and all engines here aim at (`tests/bench/reference.py`). The "
    "other reference averages light instead: [decision 015](decisions/015-gamma-resizing.md). *At its score* means not "
    "below the other's score against the main reference, or at least 92, which nobody can tell from 100. "
    "Images with a side below 256 pixels are extended by their mirror image, because the metric needs its six scales. "
    "Images with transparency are scored on dark and on light grey, and the worse score counts.",
    "**Peers.** sharp from npm and libvips through pyvips, each called as its users call it: `resize({{width}})` and "
    "`vips_thumbnail`, encoders with their defaults. Their caches are off, since ours has none.",
)


def run_of(bench: Bench, command: str) -> Run:
    """The run of ``command``, now, on this machine."""
    return Run(command, f"{datetime.now(UTC):%d %B %Y}", machine(), ", ".join(_versions(bench)))


def publish(measured: Sequence[Part], order: Iterable[str], photographs: str, path: Path) -> None:
    """Write the page with ``measured`` and the parts that were measured before, which are kept beside it as JSON."""
    kept = path.with_suffix(".json")
    parts = results.merged(results.load(kept), measured, order)
    write(parts, photographs, path)
    results.save(parts, kept)


def write(parts: Sequence[Part], photographs: str, path: Path) -> None:
    """Write the page to ``path``, and the charts that are new to the folder ``images`` beside it."""
    images = path.parent / "images"
    images.mkdir(parents=True, exist_ok=True)
    for chart in [chart for part in parts for chart in part.findings.charts if chart.svg]:
        (images / f"benchmarks-{chart.name}.svg").write_text(chart.svg)
    path.write_text("\n".join(_lines(parts, photographs)))


def _lines(parts: Sequence[Part], photographs: str) -> Iterator[str]:
    yield "# Benchmarks\n"
    yield from _runs(parts)
    for chart in [chart for part in parts for chart in part.findings.charts]:
        yield f"![{chart.about}](images/benchmarks-{chart.name}.svg)\n"
    verdicts = [verdict.cells() for part in parts for verdict in part.findings.verdicts]
    missed = sum("missed" in cells[-1] for cells in verdicts)
    yield f"## Budgets\n\n{len(verdicts) - missed} of {len(verdicts)} are met.\n"
    yield Table("", "", ("what", "budget", "measured", ""), verdicts).grid() + "\n"
    yield "## Tables\n"
    yield from sections(table for part in parts for table in part.findings.tables)
    yield "\n".join(wrapped(paragraph) + "\n" for paragraph in _how(photographs))


def _runs(parts: Sequence[Part]) -> Iterator[str]:
    """Each run in a paragraph, with the titles of its tables if there are several."""
    runs = results.by_run(parts)
    for run, names in runs.items():
        titles = [table.title for part in parts if part.name in names for table in part.findings.tables]
        which = f"{', '.join(titles)}: written" if len(runs) > 1 else "Written"
        yield wrapped(f"{which} by `{run.command}` on {run.date}, on {run.machine}, with {run.versions}.") + "\n"


def _how(photographs: str) -> Iterator[str]:
    yield "## Method"
    for paragraph in _METHOD:
        yield paragraph.format(photographs=photographs)


def machine() -> str:
    """Processor, cores and operating system."""
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


def photographs(bench: Bench) -> str:
    """Which photographs were measured, in a sentence."""
    names = ", ".join(photo.name for photo in bench.input_files.photos)
    if bench.input_files.private:
        return f"A private folder of photographs of these sizes: {names}."
    return f"Those in scikit-image that are in the public domain or CC0: {names}."
