"""Both handlers, with counters: each rendering and each storage call is a line in the file that `VARIABLE` names.

The local CloudFront imports this in its own process, which reads in place of S3, and in each worker.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from edge import origin_response, viewer_request
from edge.rendering import variant_service
from edge.storage.objects.directory import DirectoryStore
from edge.storage.objects.s3 import S3Store
from edge.storage.objects.store import Object
from tests.load import VARIABLE

#: Several processes append to it at once; short writes in append mode are atomic.
_FILE = os.open(os.environ[VARIABLE], os.O_WRONLY | os.O_APPEND | os.O_CREAT)


def _count(kind: str, size: int, what: str) -> None:
    os.write(_FILE, f"{kind} {size} {what}\n".encode())


def _counting_render(render: Callable[..., Any]) -> Callable[..., Any]:
    def counting(original: Any, recipe: Any, format_class: str, policy: Any, **options: Any) -> Any:
        _count("decode", len(original.body), f"{recipe.slug}.{format_class}")
        return render(original, recipe, format_class, policy, **options)

    return counting


def _counting(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    def counting(self: Any, key: str, *args: Any, **how: Any) -> Any:
        try:
            result = method(self, key, *args, **how)
        except Exception:
            _count(f"{name}-none", 0, key)
            raise
        if name == "put":
            kind = "put" if key.startswith("variants/") else "record"
            _count(kind if result else f"{kind}-none", len(args[0]), key)
        else:
            _count(name, len(result.body) if isinstance(result, Object) else 0, key)
        return result

    return counting


for _store in (DirectoryStore, S3Store):
    for _name in ("get", "head", "put", "delete"):
        setattr(_store, _name, _counting(_name, getattr(_store, _name)))
variant_service.render_original = _counting_render(variant_service.render_original)  # type: ignore[attr-defined] # the name that the service calls

viewer = viewer_request.handler
origin = origin_response.handler
