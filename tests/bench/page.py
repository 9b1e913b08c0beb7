"""Writes docs/benchmarks.md: what was measured, on which machine, and how to repeat it."""

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
from tests.bench.report import Chart, Findings, Table, sections, wrapped
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


def write(bench: Bench, findings: Sequence[Findings], path: Path, command: str) -> None:
    """Write the page to ``path`` and its charts to the folder ``images`` beside it."""
    images = path.parent / "images"
    images.mkdir(parents=True, exist_ok=True)
    charts = [chart for each in findings for chart in each.charts]
    # Before the charts are written, since it asks git for uncommitted changes.
    text = "\n".join(_lines(bench, findings, charts, command))
    for chart in charts:
        (images / f"benchmarks-{chart.name}.svg").write_text(chart.svg)
    path.write_text(text)


def _lines(bench: Bench, findings: Sequence[Findings], charts: Sequence[Chart], command: str) -> Iterator[str]:
    yield "# Benchmarks\n"
    yield f"Written by `{command}` on {datetime.now(UTC):%d %B %Y}, on {machine()}.\n"
    yield wrapped(", ".join(_versions(bench)) + ".") + "\n"
    for chart in charts:
        yield f"![{chart.about}](images/benchmarks-{chart.name}.svg)\n"
    verdicts = [verdict.cells() for each in findings for verdict in each.verdicts]
    missed = sum("missed" in cells[-1] for cells in verdicts)
    yield f"## Budgets\n\n{len(verdicts) - missed} of {len(verdicts)} are met.\n"
    yield Table("", "", ("what", "budget", "measured", ""), verdicts).grid() + "\n"
    yield "## Tables\n"
    yield from sections(table for each in findings for table in each.tables)
    yield "\n".join(wrapped(paragraph) + "\n" for paragraph in _how(bench))


def _how(bench: Bench) -> Iterator[str]:
    yield "## Method"
    for paragraph in _METHOD:
        yield paragraph.format(photographs=_photographs(bench))


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


def _photographs(bench: Bench) -> str:
    names = ", ".join(photo.name for photo in bench.input_files.photos)
    if bench.input_files.private:
        return f"A private folder of photographs of these sizes: {names}."
    return f"Those in scikit-image that are in the public domain or CC0: {names}."
