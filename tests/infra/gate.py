"""A gate before which pictures that were just made wait to be stored; `tests.infra.gate_handler` is behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.machine import wait_until

VARIABLE = "IMAGEHUB_TEST_GATE"
SHUT, WAITING, COUNTS = "shut", "waiting-", "counts.txt"
MADE, WRITTEN, REFUSED = "made", "written", "refused"


@dataclass(frozen=True)
class Gate:
    folder: Path

    @contextmanager
    def shut(self) -> Iterator[None]:
        """Until it is opened, and no longer than the block."""
        (self.folder / SHUT).touch()
        try:
            yield
        finally:
            self.open()

    def open(self) -> None:
        (self.folder / SHUT).unlink(missing_ok=True)

    @property
    def counts(self) -> Counter[str]:
        """How many pictures were made, written, and refused because one was there."""
        file = self.folder / COUNTS
        return Counter(file.read_text().splitlines() if file.exists() else ())

    def await_waiting(self, count: int = 1) -> None:
        wait_until(lambda: len(list(self.folder.glob(f"{WAITING}*"))) >= count)
