"""Looking at the images that were uploaded before there was an analyser, and at those that it failed to look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assets.analysis.budget import CALLS_OF_A_LOOK
from assets.analysis.looking import request_analysis
from assets.conf import config
from assets.jobs.lifecycle import State, requeue_failed
from assets.models import Analysis, Asset
from assets.models.rows import primary

#: Up to a million calls a month, in most regions. https://aws.amazon.com/rekognition/pricing/
_DOLLARS_A_CALL = 0.001


@dataclass(frozen=True, slots=True)
class BulkLook:
    """The files that no look has been asked for, by their SHA-256, and the analyses that failed, by their ids."""

    new: tuple[str, ...]
    failed: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.new) + len(self.failed)

    @property
    def calls(self) -> int:
        """The most calls that cost money."""
        return len(self) * CALLS_OF_A_LOOK if config().analyser == "rekognition" else 0

    @property
    def dollars(self) -> float:
        return self.calls * _DOLLARS_A_CALL

    def request(self) -> Iterator[None]:
        """Let workers look; yields after each file."""
        for sha256 in self.new:
            request_analysis(sha256)
            yield
        for row in primary(Analysis).filter(pk__in=self.failed).iterator():
            requeue_failed(row)
            yield


def plan() -> BulkLook:
    """What the analyser of the settings has not seen. Images with the same file are one look."""
    rows = primary(Analysis).filter(analyser=config().analyser)
    known = set(rows.values_list("sha256", flat=True))
    files = set(primary(Asset).exclude(sha256="").values_list("sha256", flat=True))
    failed = rows.filter(state=State.FAILED).order_by("pk").values_list("pk", flat=True)
    return BulkLook(tuple(sorted(files - known)), tuple(failed))
