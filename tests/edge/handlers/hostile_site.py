"""A site that hostile visitors attack, and both doors of it as CloudFront calls them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from edge import origin_response, viewer_request
from edge.contract import policy
from edge.contract.manifest import OBJECT_KEY, Manifest, PublishedPreset
from edge.contract.recipe import make_recipe
from edge.contract.request import ImageRequest
from edge.contract.signing import KeyRing, SigningKey
from edge.storage.objects.directory import DirectoryStore
from edge.storage.signing_keys.key_file import write_key_file
from infra.local.cloudfront import messages
from infra.local.cloudfront.function_results import read_origin_response, read_viewer_request
from tests.edge.handlers import events
from tests.edge.handlers.support import picture

RING = KeyRing(SigningKey.generate(0))
#: Small, so that much can be drawn.
SMALL = replace(policy.load_policy(), ladder=(16, 32), max_side=64, full_side=48)


def signed(key: str = "a.jpg", wanted: str = "auto", **options: object) -> str:
    """A URL that the site's own templates would write."""
    return ImageRequest(key, make_recipe(options), wanted).signed(SMALL, RING, time.time()).spell()


@dataclass(frozen=True)
class Site:
    """Each answer is held against CloudFront's rules: where that would be its 502, the test fails with the rule."""

    store: DirectoryStore

    def view(
        self, url: str, sent: dict[str, Any] | None = None, method: str = "GET"
    ) -> messages.HttpRequest | messages.HttpResponse:
        """What viewer-request makes of a URL: a request to go on with, or a reply."""
        event = events.viewer_request(url, method=method)
        asked = event["Records"][0]["cf"]["request"]
        asked["headers"] |= sent or {}
        before = messages.HttpRequest(method, "/", "", _pairs(asked["headers"]), asked["clientIp"])
        return read_viewer_request(viewer_request.handler(event, None), before)

    def variant(self, uri: str, status: int = 403, method: str = "GET") -> Any:
        """origin-response's answer where S3 has no such variant."""
        event = events.origin_response(uri, self.store.root.as_uri(), status, method)
        before = messages.HttpResponse(status, _pairs(event["Records"][0]["cf"]["response"]["headers"]))
        result = origin_response.handler(event, None)
        read_origin_response(result, before)
        return result

    def follow(self, url: str) -> tuple[str, Any]:
        """The status of a URL through both doors, on a cold cache, and the second's answer if it was asked."""
        seen = self.view(url)
        if isinstance(seen, messages.HttpResponse):
            return str(seen.status), None
        answer = self.variant(seen.uri)
        return answer["status"], answer


def _pairs(headers: dict[str, list[dict[str, str]]]) -> messages.Headers:
    return tuple((name, item["value"]) for name, items in headers.items() for item in items)


@contextmanager
def built(folder: Path) -> Iterator[Site]:
    """One picture, one preset that is too big, signing keys, and blue pictures that nobody may see."""
    write_key_file(folder / "keys.json", RING)
    root = folder / "store"
    root.mkdir()
    store = DirectoryStore(root)
    store.put("originals/a.jpg", picture("red", (20, 12)), content_type="image/jpeg")
    manifest = Manifest(
        1, {"card": PublishedPreset(1, make_recipe({"width": 9_999, "height": 8_888, "fit": "contain", "up": True}))}
    )
    store.put(OBJECT_KEY, manifest.as_json(), content_type="application/json")
    for place in (folder, root, root / "config", root / "originals" / "b"):
        place.mkdir(exist_ok=True)
        (place / "secret.jpg").write_bytes(picture("blue", (20, 12)))
    small = replace(SMALL, secret=(folder / "keys.json").as_uri())
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(viewer_request, "load_policy", lambda: small)
        patched.setattr(origin_response, "load_policy", lambda: small)
        origin_response._responder.cache_clear()
        yield Site(store)
    origin_response._responder.cache_clear()
