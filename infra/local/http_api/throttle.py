"""Limits by a token bucket, as API Gateway has them.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
"""

from __future__ import annotations

import time
from collections.abc import Callable

from infra.local.http_api.api import ApiRoute


class Throttle:
    """Lets requests of each route through, up to the route's own limit."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def admits(self, route: ApiRoute) -> bool:
        """Whether one more request of ``route`` may pass now."""
        now = self._clock()
        left, filled = self._buckets.get(route.key, (float(route.limit.burst), now))
        left = min(left + (now - filled) * route.limit.rate, float(route.limit.burst))
        admitted = left >= 1
        self._buckets[route.key] = (left - 1 if admitted else left, now)
        return admitted
