"""What every part of a run shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from tests.bench.inputs import Pantry
from tests.bench.peers import Peers
from tests.bench.reference import References
from tests.bench.report import terminal
from tests.bench.score import Judge
from tests.bench.worker import Done


@dataclass(frozen=True)
class Bench:
    """``folder`` keeps what is made, ``scraps`` does not; ``quick`` asks for fewer inputs and rounds."""

    folder: Path
    scraps: Path
    quick: bool
    pantry: Pantry
    references: References
    judge: Judge
    peers: Peers

    def say(self, cells: Sequence[str], widths: Sequence[int]) -> None:
        print(terminal(cells, widths), flush=True)

    def scratch(self, name: str) -> Path:
        """A file that the next job overwrites."""
        return self.scraps / name


def as_picture(raw: Path, done: Done) -> Path:
    """An engine's raw pixels as a picture file."""
    mode = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}[done.bands]
    path = raw.with_suffix(".ppm.png")
    Image.frombytes(mode, done.size, raw.read_bytes()).save(path, compress_level=1)
    return path
