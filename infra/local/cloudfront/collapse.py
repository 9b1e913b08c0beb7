"""Request collapsing: one question to the origin for all who ask the same at once.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorS3Origin.html
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Collapse(Generic[T]):
    """Flights by key. The work goes on though whoever began it goes away."""

    def __init__(self, *, enabled: bool = True) -> None:
        self._enabled = enabled
        self._flights: dict[str, asyncio.Task[T]] = {}

    async def run(self, key: str, work: Callable[[], Coroutine[Any, Any, T]]) -> tuple[T, bool]:
        """What ``work`` comes to, and whether it was this caller's own."""
        flight = self._flights.get(key) if self._enabled else None
        if flight is not None:
            return await asyncio.shield(flight), False
        flight = asyncio.create_task(work())
        if self._enabled:
            self._flights[key] = flight
            flight.add_done_callback(lambda done: self._land(key, done))
        return await asyncio.shield(flight), True

    def forget(self) -> None:
        """Whoever comes from now on starts anew: what is under way may be out of date."""
        self._flights.clear()

    def _land(self, key: str, flight: asyncio.Task[T]) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]
