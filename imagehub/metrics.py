"""Where Prometheus reads the project's metrics: ``/metrics`` of the web processes, and a port of the worker."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from secrets import compare_digest
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from edge.contract.cache_control import NO_STORE
from imagehub.request_log import request_handled

DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
PATH = "/metrics"
#: A client may invent others, each of which would be a time series.
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})


def share_between_processes() -> None:
    """Let the processes that this one will start count in one folder, unless the environment names one.

    Call it before `assets.metrics` is imported.
    """
    if os.environ.get(DIRECTORY):
        return
    folder, starter = tempfile.mkdtemp(prefix="imagehub-metrics-"), os.getpid()
    os.environ[DIRECTORY] = folder

    def remove() -> None:
        if os.getpid() == starter:  # and not one of those processes
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)


class MetricsMiddleware:
    """Answers ``/metrics`` to requests with the token, before host check and redirects. Without a token it is off."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not settings.METRICS_TOKEN:
            raise MiddlewareNotUsed
        # Only now, since the package is not needed without.
        from assets.metrics import expose

        self._get_response, self._expose = get_response, expose
        _time_requests()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info != PATH:
            return self._get_response(request)
        expected = f"Bearer {settings.METRICS_TOKEN}"
        if not compare_digest(request.headers.get("Authorization", "").encode(), expected.encode()):
            return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer", "Cache-Control": NO_STORE})
        return HttpResponse(
            self._expose(), content_type="text/plain; version=0.0.4", headers={"Cache-Control": NO_STORE}
        )


@cache
def _time_requests() -> None:
    from prometheus_client import Histogram

    buckets = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
    text = "Requests to Django, without static files."
    histogram = Histogram("imagehub_request_seconds", text, ["method", "status"], buckets=buckets)

    def observe(method: str, status: int, seconds: float, **_: Any) -> None:
        known = method if method in _METHODS else "other"
        histogram.labels(known, str(status)).observe(seconds)

    request_handled.connect(observe, weak=False)


def serve_worker(address: str) -> Any:
    """Serve the metrics of a worker and its pool at ``host:port``. Raises `ImproperlyConfigured`."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        raise ImproperlyConfigured(
            f"WORKER_METRICS is {address!r}. Write an address and a port, such as 10.0.0.5:9100."
        )
    share_between_processes()
    from prometheus_client import start_http_server

    from assets.metrics import expose_processes

    try:
        return start_http_server(int(port), host.strip("[]"), expose_processes())
    except OSError as error:
        raise ImproperlyConfigured(f"The worker cannot serve its metrics at {address}: {error}.") from error
