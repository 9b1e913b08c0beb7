"""One id for all that a click causes: the request, the jobs and tasks that it leads to, and their lines in the logs.

A project's log formatter finds it with `current`. `assets` itself configures no logging.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponseBase

#: Of responses, and of requests if a proxy has given one an id.
HEADER = "X-Request-ID"
MAX_LENGTH = 64
#: CloudFront's own id of a request to its origin.
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html
_CLOUDFRONT_HEADER = "X-Amz-Cf-Id"
_FORM = re.compile(rf"[A-Za-z0-9._=-]{{8,{MAX_LENGTH}}}")

_current: ContextVar[str] = ContextVar("imagehub_request_id", default="")


def current() -> str:
    """The id of the request or job that this thread works on; empty if there is none."""
    return _current.get()


@contextmanager
def bound(request_id: str) -> Iterator[None]:
    """Inside, `current` is ``request_id``, unless that is empty."""
    token = _current.set(request_id or current())
    try:
        yield
    finally:
        _current.reset(token)


class RequestIdMiddleware:
    """Gives each request an id, or keeps the one of a proxy if it looks like one, and tells the browser.

    Put it first in ``MIDDLEWARE``, or second after `assets.health.HealthMiddleware`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with bound(_id_of(request)):
            response = self._get_response(request)
            response.headers[HEADER] = current()
            return response


def _id_of(request: HttpRequest) -> str:
    given = (request.headers.get(name, "") for name in (HEADER, _CLOUDFRONT_HEADER))
    return next((text for text in given if _FORM.fullmatch(text)), "") or uuid.uuid4().hex
