"""The gateway's handler, loaded as Lambda loads it: with its settings in the environment."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

import pytest

from edge.rendering import open_responder
from edge.sih.settings import VARIABLE


@contextmanager
def loaded_gateway(**environment: str) -> Iterator[ModuleType]:
    """A fresh import of `edge.gateway`."""
    sys.modules.pop("edge.gateway", None)
    with pytest.MonkeyPatch.context() as patched:
        for name in ("IMAGEHUB_STORE", "IMAGEHUB_RENDERING", VARIABLE):
            patched.delenv(name, raising=False)
        for name, text in environment.items():
            patched.setenv(name, text)
        open_responder.open_responder.cache_clear()
        try:
            yield importlib.import_module("edge.gateway")
        finally:
            sys.modules.pop("edge.gateway", None)
            open_responder.open_responder.cache_clear()
