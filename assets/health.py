"""Health checks for load balancers and orchestrators: ``/healthz`` and ``/readyz``.

A middleware answers them before any other one runs: they are asked by an address instead of a host name, and by HTTP.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import NoReverseMatch, reverse

from assets.probes import probe_all
from edge.contract.cache_control import NO_STORE

_OK = "ok"


def healthz(_request: HttpRequest) -> JsonResponse:
    """200 if the process answers at all."""
    return JsonResponse({"status": _OK}, headers={"Cache-Control": NO_STORE})


def readyz(_request: HttpRequest) -> JsonResponse:
    """200 if database, broker and storage answer, else 503, with the state of each.

    It takes at most `assets.probes.SECONDS`. Details of a failure are logged, not shown.
    """
    states = probe_all()
    ready = set(states.values()) == {_OK}
    body = {"status": _OK if ready else "unavailable", **states}
    return JsonResponse(body, status=200 if ready else 503, headers={"Cache-Control": NO_STORE})


class HealthMiddleware:
    """Answers `healthz` and `readyz`, wherever the URLconf has them, without host check, redirect or session.

    Put it first in ``MIDDLEWARE``. It answers nothing unless ``assets.health_urls`` is included.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        view = self._views.get(request.path)
        return view(request) if view else self._get_response(request)

    @cached_property
    def _views(self) -> dict[str, Callable[[HttpRequest], HttpResponseBase]]:
        # At the first request rather than at start: a URLconf may import what needs the middleware loaded.
        try:
            return {reverse(f"imagehub_health:{view.__name__}"): view for view in (healthz, readyz)}
        except NoReverseMatch:
            return {}
