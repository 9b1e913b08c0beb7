"""A barrier that holds rendered variants before they are stored; `tests.e2e.delivery.barrier_handler` waits at it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.machine import wait_until

VARIABLE = "IMAGEHUB_TEST_BARRIER"
CLOSED, WAITING, COUNTS = "closed", "waiting-", "counts.txt"
RENDERED, WRITTEN, REFUSED = "rendered", "written", "refused"


@dataclass(frozen=True)
class WriteBarrier:
    """Processes meet in ``folder``: a file says that the barrier is closed, one for each says who waits."""

    folder: Path

    @contextmanager
    def closed(self) -> Iterator[None]:
        """Close the barrier until `open`, or until the block ends."""
        (self.folder / CLOSED).touch()
        try:
            yield
        finally:
            self.open()

    def open(self) -> None:
        (self.folder / CLOSED).unlink(missing_ok=True)

    @property
    def counts(self) -> Counter[str]:
        """How many variants were rendered, how many written, and how many refused because one was stored already."""
        file = self.folder / COUNTS
        return Counter(file.read_text().splitlines() if file.exists() else ())

    def wait_for(self, count: int = 1) -> None:
        """Wait until ``count`` variants are held at the barrier."""
        wait_until(lambda: len(list(self.folder.glob(f"{WAITING}*"))) >= count)
