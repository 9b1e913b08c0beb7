"""A site for hostile visitors, and both of its handlers as CloudFront calls them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from edge import origin_response, viewer_request, visitor_url
from edge.contract import policy
from edge.contract.manifest import OBJECT_KEY, Manifest, PublishedPreset
from edge.contract.recipe import make_recipe
from edge.contract.request import ImageRequest
from edge.contract.signing import KeyRing, SigningKey
from edge.rendering import open_responder
from edge.storage.objects.directory import DirectoryStore
from edge.storage.signing_keys.key_file import write_key_file
from infra.local.cloudfront import messages
from infra.local.cloudfront.function_results import read_origin_response, read_viewer_request
from tests.edge import events
from tests.edge.originals import jpeg

RING = KeyRing(SigningKey.generate(0))
#: Small, so that many variants can be rendered.
SMALL = replace(policy.load_policy(), ladder=(16, 32), max_side=64, full_side=48)


def signed(key: str = "a.jpg", format: str = "auto", **options: object) -> str:
    """A URL as the site's own templates write it."""
    return ImageRequest(key, make_recipe(options), format).signed(SMALL, RING, time.time()).spell()


@dataclass(frozen=True)
class Site:
    """Checks each reply against CloudFront's rules: a reply that CloudFront would turn into a 502 fails the test."""

    store: DirectoryStore

    def view(
        self, url: str, headers: dict[str, Any] | None = None, method: str = "GET"
    ) -> messages.HttpRequest | messages.HttpResponse:
        """The reply of viewer-request, or the rewritten request."""
        event = events.viewer_request(url, method=method)
        request = event["Records"][0]["cf"]["request"]
        request["headers"] |= headers or {}
        before = messages.HttpRequest(method, "/", "", _pairs(request["headers"]), request["clientIp"])
        return read_viewer_request(viewer_request.handler(event, None), before)

    def render(self, uri: str, status: int = 403, method: str = "GET") -> Any:
        """The reply of origin-response when S3 has no such variant."""
        event = events.origin_response(uri, self.store.root.as_uri(), status, method)
        before = messages.HttpResponse(status, _pairs(event["Records"][0]["cf"]["response"]["headers"]))
        result = origin_response.handler(event, None)
        read_origin_response(result, before)
        return result

    def follow(self, url: str) -> tuple[str, Any]:
        """The status of a URL through both handlers, with an empty cache, and the reply of the second if called."""
        viewed = self.view(url)
        if isinstance(viewed, messages.HttpResponse):
            return str(viewed.status), None
        reply = self.render(viewed.uri)
        return reply["status"], reply


def _pairs(headers: dict[str, list[dict[str, str]]]) -> messages.Headers:
    return tuple((name, item["value"]) for name, items in headers.items() for item in items)


@contextmanager
def built_site(folder: Path) -> Iterator[Site]:
    """One image, a preset that is too large, signing keys, and blue images that no visitor may see."""
    write_key_file(folder / "keys.json", RING)
    root = folder / "store"
    root.mkdir()
    store = DirectoryStore(root)
    store.put("originals/a.jpg", jpeg("red", (20, 12)), content_type="image/jpeg")
    too_large = make_recipe({"width": 9_999, "height": 8_888, "fit": "contain", "up": True})
    manifest = Manifest(1, {"card": PublishedPreset(1, too_large)})
    store.put(OBJECT_KEY, manifest.as_json(), content_type="application/json")
    for place in (folder, root, root / "config", root / "originals" / "b"):
        place.mkdir(exist_ok=True)
        (place / "secret.jpg").write_bytes(jpeg("blue", (20, 12)))
    small = replace(SMALL, secret=(folder / "keys.json").as_uri())
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(visitor_url, "load_policy", lambda: small)
        patched.setattr(open_responder, "load_policy", lambda: small)
        open_responder.open_responder.cache_clear()
        yield Site(store)
    open_responder.open_responder.cache_clear()
