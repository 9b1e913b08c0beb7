"""One line in the log for each request. It has no address, no user name and no parameters."""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import perf_counter

from django.dispatch import Signal
from django.http import HttpRequest, HttpResponseBase

log = logging.getLogger(__name__)

#: Sent with ``method``, ``status`` and ``seconds`` of a request.
request_handled = Signal()


class RequestLogMiddleware:
    """Put it below WhiteNoise's, which answers static files without a line."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = perf_counter()
        response = self._get_response(request)
        seconds = perf_counter() - started
        match = request.resolver_match
        facts = {
            "method": request.method,
            "path": request.path,
            "view": match.view_name if match else "",
            "status": response.status_code,
            "ms": round(seconds * 1000, 1),
        }
        request_handled.send(type(self), method=request.method, status=response.status_code, seconds=seconds)
        log.info("%s %s %s", request.method, request.path, response.status_code, extra=facts)
        return response
