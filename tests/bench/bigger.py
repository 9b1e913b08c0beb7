"""How often a variant of the same size in pixels has more bytes than its source."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

from tests.bench.bench import Bench
from tests.bench.inputs import SIZES
from tests.bench.peers import OURS
from tests.bench.report import SPELLED, Findings, Table
from tests.bench.worker import Worker

#: Typical uploads: from a camera or an image editor, or already compressed by another program.
_SOURCES: dict[str, tuple[str, dict[str, Any]]] = {
    "JPEG, quality 95": ("JPEG", {"quality": 95, "subsampling": "4:4:4"}),
    "JPEG, quality 90": ("JPEG", {"quality": 90}),
    "JPEG, quality 75": ("JPEG", {"quality": 75, "optimize": True, "progressive": True}),
    "JPEG, quality 60": ("JPEG", {"quality": 60, "optimize": True, "progressive": True}),
    "JPEG, Photoshop's low": ("JPEG", {"quality": "web_low", "optimize": True, "progressive": True}),
    "PNG": ("PNG", {}),
    "WebP, quality 75": ("WEBP", {"quality": 75, "method": 6}),
    "AVIF, quality 60": ("AVIF", {"quality": 60, "speed": 6, "max_threads": 1}),
}
_CLASSES = ("avif", "webp", "jpeg")
_HEADING = ("source", "images", *(f"bigger as {SPELLED[name]}" for name in _CLASSES))
_COLUMNS = (24, 10, 18, 18, 18)
_NOTE = (
    "Each photograph, and each sheet of up to 2 megapixels, is saved as named and requested at its own width and our "
    "default quality. The number of larger variants; in brackets, how much larger the worst one is."
)


def run(bench: Bench) -> Findings:
    bench.say(_HEADING, _COLUMNS)
    rows = []
    worker = bench.peers.start(OURS)
    assert worker is not None
    images = list(_images(bench))
    for source in _SOURCES:
        shares = {name: [_relative_size(bench, worker, source, image, name) for image in images] for name in _CLASSES}
        rows.append((source, str(len(images)), *(_count(share) for share in shares.values())))
        bench.say(rows[-1], _COLUMNS)
    worker.close()
    return Findings([Table("Bigger than the source", _NOTE, _HEADING, rows)])


def _images(bench: Bench) -> Iterator[Path]:
    for photo in bench.input_files.photos[:3] if bench.quick else bench.input_files.photos:
        yield bench.input_files.lossless(f"whole-{photo.name}", photo.pixels)
    for megapixels in ("0.3",) if bench.quick else list(SIZES)[:2]:
        yield bench.input_files.input("PNG", megapixels).path


def _relative_size(bench: Bench, worker: Worker, source: str, original: Path, name: str) -> float:
    """The variant's bytes divided by the source's."""
    kind, options = _SOURCES[source]
    path = (
        bench.folder
        / "sources"
        / f"{original.parent.name}-{original.stem}-{source.replace(', quality ', '-')}.{kind.lower()}"
    )
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        with Image.open(original) as image:
            image.save(path, kind, **options)
    with Image.open(path) as image:
        width = image.width
    return worker.ask("job", input=path, format=name, width=width).bytes / path.stat().st_size


def _count(shares: list[float]) -> str:
    bigger = sum(share > 1 for share in shares)
    return f"{bigger} ({max(shares) - 1:+.0%})" if bigger else "0"
