"""Tasks that know which request they belong to."""

from __future__ import annotations

from typing import Any

from celery import Task

from assets import request_id

#: In the message's headers, which a retry repeats.
HEADER = "imagehub_request_id"


class IdentifiedTask(Task):  # type: ignore[type-arg]  # not generic at runtime
    """A task that runs with the request id of its message."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        headers = self.request.headers or {}
        with request_id.bound(str(headers.get(HEADER) or "")):
            return super().__call__(*args, **kwargs)


def headers() -> dict[str, str]:
    """What to send with a message, so that its task has the current request id."""
    found = request_id.current()
    return {HEADER: found} if found else {}
