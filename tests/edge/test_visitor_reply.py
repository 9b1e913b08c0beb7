"""The gateway behind an HTTP API: visitors without CloudFront, with a real store in a directory."""

from __future__ import annotations

import json
import time
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from PIL import Image

from edge import visitor_reply, visitor_url
from edge.contract.cache_control import ALIAS, IMMUTABLE
from edge.contract.manifest import OBJECT_KEY, Manifest, PublishedPreset
from edge.contract.recipe import make_recipe
from edge.contract.request import ImageRequest
from edge.contract.signing import KeyRing, SigningKey
from edge.storage.errors import StorageUnavailable
from edge.storage.objects.directory import DirectoryStore
from edge.storage.signing_keys.key_file import write_key_file
from tests.edge.events import http_api
from tests.edge.gateways import loaded_gateway
from tests.edge.originals import POLICY, jpeg, noisy_png, stored_variants


@pytest.fixture
def gateway(store: DirectoryStore) -> Iterator[ModuleType]:
    with loaded_gateway(IMAGEHUB_STORE=store.root.as_uri()) as loaded:
        yield loaded


@pytest.fixture
def ask(gateway: ModuleType) -> Any:
    def ask(url: str, method: str = "GET", **options: str) -> Any:
        return gateway.handler(http_api(url, method, **options), None)

    return ask


def test_a_public_url_is_read_rendered_and_stored(store: DirectoryStore, put_original: Any, ask: Any) -> None:
    put_original(jpeg(), key="images/photo.png")
    reply = ask("/images/photo.png?w=300&h=150&fit=cover&v=00000001", accept="image/webp")
    image = Image.open(BytesIO(b64decode(reply["body"])))
    assert (reply["statusCode"], image.format, image.size) == (200, "WEBP", (300, 169))
    assert image.convert("RGB").getpixel((9, 9))[0] > 240  # type: ignore[index]
    assert reply["headers"]["Cache-Control"] == IMMUTABLE
    assert (reply["headers"]["Vary"], reply["headers"]["Cross-Origin-Resource-Policy"]) == ("Accept", "cross-origin")
    assert len(stored_variants(store)) == 1


def test_what_is_stored_is_served_as_stored_and_not_rendered(
    store: DirectoryStore, put_original: Any, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_original(jpeg())
    first = ask("/a.jpg?w=300&v=00000001")
    monkeypatch.setattr(DirectoryStore, "put", lambda *_, **__: 1 / 0)
    second = ask("/a.jpg?w=300&v=00000001")
    assert (second["statusCode"], second["body"]) == (200, first["body"])
    for name in ("Content-Type", "Cache-Control", "ETag", "Content-Disposition", "x-amz-meta-cache-tag"):
        assert second["headers"][name] == first["headers"][name]
    assert ask("/a.jpg?w=300")["headers"]["Cache-Control"] == ALIAS


def test_an_old_revision_of_a_preset_shows_what_was_stored(store: DirectoryStore, put_original: Any, ask: Any) -> None:
    put_original(jpeg())
    for revision, width in ((1, 40), (2, 60)):
        manifest = Manifest(revision, {"card": PublishedPreset(revision, make_recipe({"width": width}))})
        store.put(OBJECT_KEY, manifest.as_json(), content_type="application/json")
        if revision == 1:
            assert _width(ask("/a.jpg?p=card.1&v=00000001")) == 40
    assert _width(ask("/a.jpg?p=card.1&v=00000001")) == 40


def _width(reply: Any) -> int:
    return Image.open(BytesIO(b64decode(reply["body"]))).width


def test_a_browser_that_has_the_image_gets_304(put_original: Any, ask: Any) -> None:
    put_original(jpeg())
    etag = ask("/a.jpg?w=300&v=00000001")["headers"]["ETag"]
    for listed in (etag, f'"other", W/{etag}', "*"):
        reply = ask("/a.jpg?w=300&v=00000001", if_none_match=listed)
        assert (reply["statusCode"], reply["body"], reply["headers"]["ETag"]) == (304, "", etag)
        assert reply["headers"]["Cache-Control"] == IMMUTABLE
    assert ask("/a.jpg?w=300&v=00000001", if_none_match='"other"')["statusCode"] == 200


def test_head_has_no_body_and_a_range_gets_the_whole_image(put_original: Any, ask: Any) -> None:
    put_original(jpeg())
    whole = ask("/a.jpg?w=300&v=00000001", range="bytes=0-9")
    assert (whole["statusCode"], _width(whole)) == (200, 300)
    head = ask("/a.jpg?w=300&v=00000001", "HEAD")
    assert (head["statusCode"], head["body"], head["headers"]["Cache-Control"]) == (200, "", "no-store")


@pytest.mark.parametrize(
    ("url", "status", "code"),
    [
        ("/a.jpg?w=wide", 400, "parameter_invalid"),
        ("/a%3Fb.jpg", 400, "key_invalid"),
        ("/a.jpg?blur=1", 403, "signature_missing"),
        ("/b.jpg?w=300", 404, "original_missing"),
        ("/a.jpg?p=card", 404, "preset_unknown"),
    ],
)
def test_errors_are_those_of_viewer_request_and_of_the_renderer(
    put_original: Any, ask: Any, url: str, status: int, code: str
) -> None:
    put_original(jpeg())
    reply = ask(url)
    assert (reply["statusCode"], json.loads(reply["body"])["code"]) == (status, code)
    assert reply["headers"]["X-Imagehub-Error"] == code
    assert reply["headers"]["Cache-Control"] == ("max-age=10" if status == 404 else "no-store")
    assert reply["headers"]["Vary"] == "Accept"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_any_other_method_is_a_405(put_original: Any, ask: Any, method: str) -> None:
    put_original(jpeg())
    reply = ask("/a.jpg?w=300", method)
    assert (reply["statusCode"], reply["headers"]["Allow"]) == (405, "GET, HEAD")
    assert json.loads(reply["body"])["code"] == "method_not_allowed"


def test_signatures_are_verified_with_the_same_keys(
    put_original: Any, ask: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_original(jpeg())
    ring = KeyRing(SigningKey.generate(0))
    write_key_file(tmp_path / "keys.json", ring)
    signing = replace(POLICY, secret=(tmp_path / "keys.json").as_uri())
    monkeypatch.setattr(visitor_url, "load_policy", lambda: signing)
    url = ImageRequest("a.jpg", make_recipe({"width": 333})).signed(signing, ring, time.time()).spell()
    assert _width(ask(url)) == 333
    wrong = ask(url.replace("w=333", "w=334"))
    assert (wrong["statusCode"], wrong["headers"]["X-Imagehub-Error"]) == (403, "signature_wrong")
    unreadable = replace(POLICY, secret=(tmp_path / "none.json").as_uri())
    monkeypatch.setattr(visitor_url, "load_policy", lambda: unreadable)
    reply = ask(url)
    assert (reply["statusCode"], reply["headers"]["Cache-Control"]) == (503, "no-store")


def test_a_path_of_cloudfronts_is_no_way_round_a_signature(put_original: Any, ask: Any) -> None:
    put_original(jpeg())
    assert ask(f"/a.jpg/any.{POLICY.rev}/w9.avif")["statusCode"] == 400


def test_what_is_too_large_for_lambda_is_at_the_cdn(
    put_original: Any, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visitor_reply, "MAX_RAW_BODY", 1000)
    put_original(noisy_png(80))
    for _ in range(2):  # rendered, then stored
        reply = ask("/a.jpg?f=png&v=00000001")
        assert reply["statusCode"] == 302
        assert reply["headers"]["Location"] == "https://images.example.com/a.jpg?f=png&v=00000001"
    reply = ask("/a.jpg?f=png", cdn="")
    assert (reply["statusCode"], reply["headers"]["X-Imagehub-Error"]) == (500, "cdn_unknown")
    assert ask("/a.jpg?f=png", "HEAD")["statusCode"] == 200


def test_unavailable_storage_is_a_503_and_what_is_unexpected_a_500(
    put_original: Any, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_original(jpeg())
    for error, status, code in ((StorageUnavailable("gone"), 503, "store_unavailable"), (KeyError(), 500, "internal")):

        def failing(*_: object, error: Exception = error) -> None:
            raise error

        monkeypatch.setattr(DirectoryStore, "head", failing)
        reply = ask("/a.jpg?w=300")
        assert (reply["statusCode"], reply["headers"]["X-Imagehub-Error"]) == (status, code)
        assert reply["headers"]["Cache-Control"] == "no-store"
    monkeypatch.setattr(visitor_url, "load_policy", lambda: 1 / 0)
    assert ask("/a.jpg?w=300")["statusCode"] == 500


def test_the_headers_are_those_of_cloudfronts_response_headers_policy() -> None:
    from infra.local.cloudfront.cloudformation import Template
    from infra.local.cloudfront.process import TEMPLATE

    policy = Template.read(TEMPLATE).document["Resources"]["ResponseHeadersPolicy"]["Properties"]
    items = policy["ResponseHeadersPolicyConfig"]["CustomHeadersConfig"]["Items"]
    assert {each["Header"]: each["Value"] for each in items} == visitor_reply.POLICY_HEADERS
