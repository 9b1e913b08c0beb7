"""What all parts of a run share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from PIL import Image

from tests.bench.inputs import InputFiles
from tests.bench.peers import Peers
from tests.bench.reference import References
from tests.bench.report import terminal
from tests.bench.score import Scorer
from tests.bench.worker import Done


class Measured(Protocol):
    """A row of a table."""

    def cells(self) -> tuple[str, ...]: ...


Row = TypeVar("Row", bound=Measured)


@dataclass(frozen=True)
class Bench:
    """``folder`` persists between runs, ``scratch_folder`` does not; ``quick`` uses fewer inputs and rounds."""

    folder: Path
    scratch_folder: Path
    quick: bool
    input_files: InputFiles
    references: References
    scorer: Scorer
    peers: Peers

    def say(self, cells: Sequence[str], widths: Sequence[int]) -> None:
        print(terminal(cells, widths), flush=True)

    def say_each(self, heading: Sequence[str], widths: Sequence[int], rows: Iterable[Row]) -> list[Row]:
        """``rows``, which are printed below ``heading`` as they are measured."""
        self.say(heading, widths)
        said = []
        for row in rows:
            self.say(row.cells(), widths)
            said.append(row)
        return said

    def scratch(self, name: str) -> Path:
        """A temporary file, which the next job overwrites."""
        return self.scratch_folder / name


def as_png(raw: Path, done: Done) -> Path:
    """An engine's raw pixels as a PNG file."""
    mode = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}[done.bands]
    path = raw.with_suffix(".ppm.png")
    Image.frombytes(mode, done.size, raw.read_bytes()).save(path, compress_level=1)
    return path
