"""Which route answers what: images for everybody, facts for programs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from edge.api_routes import FILES, IMAGES, answer_route
from edge.contract.reply import Reply
from edge.rendering import open_responder
from edge.storage.objects.directory import DirectoryStore
from tests.edge.events import http_api
from tests.edge.originals import jpeg


@pytest.fixture
def ask(store: DirectoryStore, put_original: Any) -> Any:
    open_responder.open_responder.cache_clear()
    put_original(jpeg(), key="images/photo.jpg")

    def ask(route: str, path: str, method: str = "GET") -> Reply:
        event = http_api(path, method, route=route)
        return answer_route(event, lambda: open_responder.open_responder(store.root.as_uri(), True))

    return ask


def test_one_key_is_an_image_by_one_route_and_facts_by_another(ask: Any) -> None:
    """Also a key that begins with ``images/``."""
    assert ask(FILES, "/images/photo.jpg").headers["Content-Type"].startswith("image/")
    facts = ask(IMAGES, "/images/photo.jpg")
    assert (facts.headers["Content-Type"], json.loads(facts.body)["key"]) == ("application/json", "images/photo.jpg")


@pytest.mark.parametrize("route", ["/{key+}", "/v2/{key+}", "/images/{key+}", "/v1/images/{proxy+}"])
def test_the_routes_of_an_api_of_ones_own_are_images(ask: Any, route: str) -> None:
    """Access to such a route was configured when it only served images."""
    assert ask(route, "/images/photo.jpg").headers["Content-Type"].startswith("image/")


def test_the_default_route_is_images(ask: Any, store: DirectoryStore) -> None:
    event = http_api("/images/photo.jpg") | {"routeKey": "$default", "rawPath": "/images/photo.jpg"}
    reply = answer_route(event, lambda: open_responder.open_responder(store.root.as_uri(), True))
    assert reply.headers["Content-Type"].startswith("image/")
