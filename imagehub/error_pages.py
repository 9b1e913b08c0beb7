"""What people see of this project when a request fails. They need no database, no session and no user."""

from __future__ import annotations

import logging
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from assets import request_id

logger = logging.getLogger(__name__)


class _ErrorText(NamedTuple):
    title: str
    text: str


_TEXTS = {
    400: _ErrorText(
        "The request was not understood",
        "Go back and try again. If you uploaded a file, send one file at a time.",
    ),
    403: _ErrorText(
        "You may not do this",
        "Your account does not have the permission. Ask an administrator for it, or go back.",
    ),
    404: _ErrorText(
        "This page does not exist",
        "It may have been deleted, or the address is incomplete.",
    ),
    500: _ErrorText(
        "Something went wrong on the server",
        "The error has been logged. Go back and try again in a minute.",
    ),
}
_CSRF = _ErrorText(
    "The form was not accepted, and nothing was saved",
    "It was opened before your last login, or cookies are switched off. Go back, copy what you typed, reload the form "
    "and send it again.",
)
_PLAIN = "<!doctype html><title>Error 500</title><h1>Something went wrong on the server</h1><p><a href='/'>Start</a>"


def bad_request(_request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  # Django names it
    return _page(400, _TEXTS[400])


def permission_denied(_request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  # Django names it
    return _page(403, _TEXTS[403])


def page_not_found(_request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  # Django names it
    return _page(404, _TEXTS[404])


def server_error(_request: HttpRequest) -> HttpResponse:
    """Also works if the fault is in the templates or static files, which this page would use itself."""
    try:
        return _page(500, _TEXTS[500])
    except Exception:
        logger.exception("The page for error 500 cannot be rendered")
        return HttpResponse(_PLAIN, status=500)


def csrf_failure(_request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  # Django has logged it
    return _page(403, _CSRF)


def _page(status: int, error: _ErrorText) -> HttpResponse:
    context: dict[str, Any] = {"status": status, "error": error, "request_id": request_id.current()}
    return HttpResponse(render_to_string("demo/error.html", context), status=status)
