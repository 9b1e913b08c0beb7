"""The progress of a running job, and its time slice."""

from __future__ import annotations

from time import monotonic

from assets.jobs import dispatch
from assets.jobs.lifecycle import State, save
from assets.models import Job

#: Seconds that a job may use before it goes to the end of the queue, so that no long job delays the others.
SLICE_SECONDS = 30
_SAVE_EVERY_SECONDS = 1


class Progress:
    """Saves the progress of ``job``, at most once a second, since each time is a write to the database."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._started = self._saved = monotonic()

    def record(self, **fields: object) -> bool:
        """Note how far the job is. Returns whether to continue; if not, the job is queued again and must stop now."""
        now = monotonic()
        if now - self._started >= SLICE_SECONDS:
            save(self._job, state=State.QUEUED, attempts=0, **fields)
            dispatch.send(self._job)
            return False
        if now - self._saved >= _SAVE_EVERY_SECONDS:
            self._saved = now
            save(self._job, **fields)
        return True
