"""The real origin-response, but a rendered variant waits, while a barrier is closed, before it is stored.

So a test can act at the one moment that matters. Renders and writes are counted.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

from edge import origin_response
from edge.image import Rendered
from edge.rendering import variant_service
from edge.storage.objects.directory import DirectoryStore
from edge.storage.objects.s3 import S3Store
from tests.e2e.delivery.write_barrier import CLOSED, COUNTS, REFUSED, RENDERED, VARIABLE, WAITING, WRITTEN

_FOLDER = Path(os.environ[VARIABLE])
_render = variant_service.render_original  # type: ignore[attr-defined] # the name that the service calls


def _count(event: str) -> None:
    with (_FOLDER / COUNTS).open("a") as file:
        file.write(f"{event}\n")


def _counting(put: Callable[..., str | None]) -> Callable[..., str | None]:
    def counting(*args: Any, **options: Any) -> str | None:
        etag = put(*args, **options)
        _count(REFUSED if etag is None else WRITTEN)
        return etag

    return counting


def _render_and_wait(*args: Any, **options: Any) -> Rendered:
    rendered: Rendered = _render(*args, **options)
    _count(RENDERED)
    if (_FOLDER / CLOSED).exists():
        mark = _FOLDER / f"{WAITING}{uuid4().hex}"
        mark.touch()
        while (_FOLDER / CLOSED).exists():
            time.sleep(0.005)
        mark.unlink()
    return rendered


for _store in (DirectoryStore, S3Store):
    _store.put = _counting(_store.put)  # type: ignore[method-assign]
variant_service.render_original = _render_and_wait  # type: ignore[attr-defined] # the name that the service calls

handler = origin_response.handler
