"""A gateway that answers old URLs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from edge.storage.objects.directory import DirectoryStore
from tests.edge.events import http_api
from tests.edge.gateways import loaded_gateway
from tests.edge.sih.asking import Ask


@pytest.fixture
def start(store: DirectoryStore) -> Iterator[Callable[..., Ask]]:
    """Starts a gateway with settings of this entry, and returns what asks it by URL."""
    with ExitStack() as stack:

        def start(location: str = "", **settings: Any) -> Ask:
            given = {"path": "/sih", "buckets": {"photos": "", "logos": "brand/"}, **settings}
            gateway = stack.enter_context(
                loaded_gateway(IMAGEHUB_STORE=location or store.root.as_uri(), IMAGEHUB_SIH=json.dumps(given))
            )

            def ask(url: str, method: str = "GET", *, base: str = "/sih", **headers: str) -> Any:
                event = http_api(base + url, method, route="/{key+}", **headers)
                return gateway.handler(event, None)

            ask.__dict__["handler"] = gateway.handler
            return ask

        yield start


@pytest.fixture
def ask(start: Callable[..., Ask]) -> Ask:
    return start()
