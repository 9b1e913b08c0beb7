"""Logs: one line for each event, as JSON or for people, with the id of its request and without secrets."""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

import structlog
from celery import current_task
from django.core.exceptions import ImproperlyConfigured
from structlog.typing import EventDict, Processor

from assets import request_id

FORMATS = ("json", "console")
#: Those whose lines at LOG_LEVEL tell what the project does. All others log warnings and errors.
_OURS = ("assets", "celery", "django", "django.server", "edge", "gunicorn.error", "imagehub")
_HIDDEN = "…"
#: Values that are secrets, wherever a message or a traceback has them: parameters of URLs, passwords in URLs, and the
#: ids of AWS's keys.
_SECRETS = re.compile(
    r"""(?P<parameter>[?&;](?:s|signature|token|password|[\w-]*key|X-Amz-[\w-]+)=)[^&\s"'<>]+"""
    r"""|(?P<user>://[^/\s:@]*:)[^@/\s]+(?=@)"""
    r"""|(?P<aws>\b(?:AKIA|ASIA))[A-Z0-9]{16}\b""",
    re.IGNORECASE,
)
_SECRET_NAME = re.compile(r"(?:secret|password|token|authorization|cookie|credential)", re.IGNORECASE)


def default_format(debug: bool) -> str:
    """For people where people look: in a terminal, and while developing."""
    return "console" if debug or sys.stderr.isatty() else "json"


def logging_config(form: str, level: str) -> dict[str, Any]:
    """``settings.LOGGING`` for one of `FORMATS`. Raises `ImproperlyConfigured`."""
    if form not in FORMATS:
        raise ImproperlyConfigured(f"LOG_FORMAT is {form!r}. Write one of: {', '.join(FORMATS)}.")
    if level not in logging.getLevelNamesMapping():
        raise ImproperlyConfigured(f"LOG_LEVEL is {level!r}. Write DEBUG, INFO, WARNING or ERROR.")
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [*_FACTS, structlog.stdlib.ExtraAdder(), *_OF_THE_MOMENT],
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_RENDERERS[form]],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        # Django gives its loggers handlers of its own, which would print each line again.
        "loggers": {
            **{name: {"handlers": [], "level": level, "propagate": True} for name in _OURS},
            # Its lines about failed sign-ins have user names and addresses. The line of the request stays.
            "axes": {"level": "ERROR"},
        },
    }


def _add_context(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """The request that caused the line, and the task that it is of."""
    if found := request_id.current():
        event["request_id"] = found
    if current_task:
        event.update(task=current_task.name, task_id=current_task.request.id)
    return event


def hide_secrets(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Replace what looks like a secret in any text of a line. Its names and the rest stay readable."""
    for name, value in event.items():
        if _SECRET_NAME.search(name):
            event[name] = _HIDDEN
        elif isinstance(value, str):
            event[name] = _without_secrets(value)
    return event


def _without_secrets(text: str) -> str:
    return _SECRETS.sub(lambda match: f"{match['parameter'] or match['user'] or match['aws']}{_HIDDEN}", text)


def _drop_requests(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Django adds the request and the socket themselves to some lines: their text has cookies and user names."""
    return {name: value for name, value in event.items() if name not in ("request", "server_time")}


_FACTS: tuple[Processor, ...] = (
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
)
_OF_THE_MOMENT: tuple[Processor, ...] = (_drop_requests, _add_context)
_RENDERERS: dict[str, list[Processor]] = {
    "json": [
        structlog.processors.format_exc_info,
        hide_secrets,
        structlog.processors.EventRenamer("message"),
        structlog.processors.JSONRenderer(default=str, ensure_ascii=False),
    ],
    "console": [
        structlog.processors.format_exc_info,
        hide_secrets,
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback),
    ],
}
