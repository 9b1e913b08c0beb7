"""Replies that were paid for are kept as they come, so that no later attempt, by whichever worker, pays again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import router, transaction

from assets.jobs.lifecycle import State, save
from assets.models import Analysis
from assets.models.rows import locked


class Overtaken(Exception):
    """Another worker looks now, since this one seemed to have stopped; or the file is needed no more."""


class KeptReplies:
    """The replies about one file, in its row. ``analysis`` is as a worker has claimed it."""

    def __init__(self, analysis: Analysis) -> None:
        self._analysis = analysis
        self._using = router.db_for_write(Analysis, instance=analysis)

    def missing(self, calls: tuple[str, ...]) -> int:
        """How many of ``calls`` are left to make."""
        return len(set(calls) - set(self._analysis.reply))

    def once(self, name: str, call: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """The reply to the call ``name``: what is kept, or else what ``call`` returns, which is kept from now on.

        Raises `Overtaken` in place of a call that another worker may make too.
        """
        known = self._begin(name)
        return self._keep(name, call()) if known is None else known

    def is_current(self) -> bool:
        """Whether the look is still this worker's."""
        with transaction.atomic(using=self._using):
            return self._is_current(locked(self._analysis, self._using))

    def _begin(self, name: str) -> dict[str, Any] | None:
        """The kept reply. If there is none, note that a call begins; a sweep leaves rows alone that were just saved."""
        with transaction.atomic(using=self._using):
            row = locked(self._analysis, self._using)
            if row is None or not self._is_current(row):
                raise Overtaken
            if name in row.reply:
                kept: dict[str, Any] = row.reply[name]
                return kept
            save(self._analysis, calls=row.calls + 1, reserved=max(row.reserved - 1, 0))
        return None

    def _keep(self, name: str, reply: dict[str, Any]) -> dict[str, Any]:
        """Also if another worker has taken over since: the reply is paid for."""
        with transaction.atomic(using=self._using):
            row = locked(self._analysis, self._using)
            if row is None:
                raise Overtaken
            save(self._analysis, reply={**row.reply, name: reply})
        return reply

    def _is_current(self, row: Analysis | None) -> bool:
        return row is not None and row.state == State.RUNNING and row.attempts == self._analysis.attempts
