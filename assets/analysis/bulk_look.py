"""Looking at images that were there before their collection was analysed, and at those that the analyser failed at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db import router, transaction
from django.db.models import QuerySet

from assets.analysis.budget import CALLS_OF_A_LOOK, calls_this_month
from assets.analysis.price import rekognition_price
from assets.analysis.scope import in_scope
from assets.conf import config
from assets.jobs import dispatch
from assets.jobs.lifecycle import State, requeue_failed
from assets.models import KEPT, Analysis, Asset, Collection
from assets.models.rows import primary

_BATCH = 500


@dataclass(frozen=True, slots=True)
class BulkLook:
    """The files that no look has been asked for, by their SHA-256, and the analyses that failed, by their ids."""

    new: tuple[str, ...]
    failed: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.new) + len(self.failed)

    @property
    def calls(self) -> int:
        """The most calls that cost money."""
        return len(self) * CALLS_OF_A_LOOK if config().analyser == "rekognition" else 0

    @property
    def dollars(self) -> float:
        """What they cost after those that have been made this month."""
        return rekognition_price().of(self.calls, calls_this_month())

    @property
    def price(self) -> str:
        """A sentence; empty if it costs nothing."""
        if not self.calls:
            return ""
        text = f"At most {self.calls:,} calls, about {self.dollars:,.2f} USD."
        if limit := config().analyser_monthly_calls:
            text += f" ANALYSER_MONTHLY_CALLS stops at {int(limit):,} calls a month."
        return text

    def request(self, messages: int | None = None) -> Iterator[None]:
        """Let workers look; yields after each file.

        At most so many ``messages`` are sent. The other files wait for the sweep, which sends some hundreds a minute.
        """
        left = len(self) if messages is None else messages
        for start in range(0, len(self.new), _BATCH):
            batch = self.new[start : start + _BATCH]
            left -= _queue(batch, left)
            yield from (None for _ in batch)
        for row in primary(Analysis).filter(pk__in=self.failed).iterator():
            requeue_failed(row)
            yield


def plan(collection: Collection | None = None) -> BulkLook:
    """What the analyser of the settings has not seen, in ``collection`` or in all that are analysed.

    Images with the same file are one look.
    """
    images = in_scope(primary(Asset))
    if collection is not None:
        images = images.filter(collection=collection)
    failed = _looks().filter(state=State.FAILED, sha256__in=images.order_by().values("sha256"))
    return BulkLook(_unseen(images), tuple(failed.order_by("pk").values_list("pk", flat=True)))


def plan_of(images: QuerySet[Asset]) -> BulkLook:
    """What a move of ``images`` to an analysed collection would ask for."""
    return BulkLook(_unseen(images.filter(KEPT)) if config().analyser else ())


def _unseen(images: QuerySet[Asset]) -> tuple[str, ...]:
    files = images.exclude(sha256="").exclude(sha256__in=_looks().values("sha256"))
    return tuple(files.order_by("sha256").values_list("sha256", flat=True).distinct())


def _looks() -> QuerySet[Analysis]:
    return primary(Analysis).filter(analyser=config().analyser).order_by()


def _queue(files: Sequence[str], messages: int) -> int:
    """Add rows for ``files``, unless another process has, and send ``messages``. Returns how many were sent."""
    using = router.db_for_write(Analysis)
    with transaction.atomic(using):
        rows = [Analysis(sha256=sha256, analyser=config().analyser) for sha256 in files]
        primary(Analysis).bulk_create(rows, ignore_conflicts=True)
    queued = _looks().filter(sha256__in=files, state=State.QUEUED).values_list("pk", flat=True)
    sent = list(islice(queued, max(messages, 0)))
    for pk in sent:
        dispatch.send_for(Analysis, pk)
    return len(sent)
