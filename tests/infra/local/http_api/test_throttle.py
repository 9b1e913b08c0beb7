"""Limits by route: a burst, then so many a second."""

from __future__ import annotations

from infra.local.http_api.api import ApiRoute, RouteLimit
from infra.local.http_api.throttle import Throttle
from tests.edge.clock import Clock

ROUTE, OTHER = ApiRoute("GET /a/{key+}", RouteLimit(2, 3)), ApiRoute("GET /b/{key+}", RouteLimit(1, 1))


def test_a_burst_passes_and_then_as_many_as_the_rate_allows() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    assert [throttle.admits(ROUTE) for _ in range(4)] == [True, True, True, False]
    clock.now += 0.5
    assert [throttle.admits(ROUTE) for _ in range(2)] == [True, False]
    clock.now += 60
    assert [throttle.admits(ROUTE) for _ in range(4)] == [True, True, True, False]


def test_each_route_has_its_own_limit() -> None:
    throttle = Throttle(Clock())
    assert [throttle.admits(ROUTE) for _ in range(4)][-1] is False
    assert [throttle.admits(OTHER) for _ in range(2)] == [True, False]
