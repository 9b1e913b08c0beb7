"""Request collapsing: concurrent requests for one cache key share one request to the origin.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorS3Origin.html
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class RequestCollapsing(Generic[T]):
    """Tasks by cache key. A task runs to its end even if the caller that started it disconnects."""

    def __init__(self, *, enabled: bool = True) -> None:
        self._enabled = enabled
        self._pending: dict[str, asyncio.Task[T]] = {}

    async def run(self, key: str, work: Callable[[], Coroutine[Any, Any, T]]) -> tuple[T, bool]:
        """Return the result of ``work``, and whether this caller started it (rather than waited for another's)."""
        task = self._pending.get(key) if self._enabled else None
        if task is not None:
            return await asyncio.shield(task), False
        task = asyncio.create_task(work())
        if self._enabled:
            self._pending[key] = task
            task.add_done_callback(lambda done: self._remove(key, done))
        return await asyncio.shield(task), True

    def forget(self) -> None:
        """Let later callers start new tasks: the result of a pending one may be out of date."""
        self._pending.clear()

    def _remove(self, key: str, task: asyncio.Task[T]) -> None:
        # After `forget` a newer task may be pending under this key.
        if self._pending.get(key) is task:
            del self._pending[key]
