"""origin-response as it is, but a picture that was just made waits, while a gate is shut, before it is stored.

So a test may do something at the one moment that matters. What is made and written is counted.
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
from tests.infra.gate import COUNTS, MADE, REFUSED, SHUT, VARIABLE, WAITING, WRITTEN

_FOLDER = Path(os.environ[VARIABLE])
_render = variant_service.render  # type: ignore[attr-defined] # what the kitchen calls


def _count(what: str) -> None:
    with (_FOLDER / COUNTS).open("a") as file:
        file.write(f"{what}\n")


def _counting(put: Callable[..., str | None]) -> Callable[..., str | None]:
    def counting(*args: Any, **how: Any) -> str | None:
        etag = put(*args, **how)
        _count(REFUSED if etag is None else WRITTEN)
        return etag

    return counting


def _held(*args: Any, **how: Any) -> Rendered:
    made: Rendered = _render(*args, **how)
    _count(MADE)
    if (_FOLDER / SHUT).exists():
        mark = _FOLDER / f"{WAITING}{uuid4().hex}"
        mark.touch()
        while (_FOLDER / SHUT).exists():
            time.sleep(0.005)
        mark.unlink()
    return made


for _store in (DirectoryStore, S3Store):
    _store.put = _counting(_store.put)  # type: ignore[method-assign]
variant_service.render = _held  # type: ignore[attr-defined] # what the kitchen calls

origin = origin_response.handler
