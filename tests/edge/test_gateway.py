"""The gateway's handler behind a function URL, called as Lambda calls it, with a real store in a directory."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from PIL import Image

from edge.contract.cache_control import ALIAS, IMMUTABLE
from edge.contract.variant_key import VariantKey
from edge.storage.objects.directory import DirectoryStore
from edge.storage.objects.location import open_store
from tests.edge.events import function_url
from tests.edge.gateways import loaded_gateway
from tests.edge.originals import OLD, POLICY, jpeg, noisy_png, stored_variants
from tests.s3server import S3Server


@pytest.fixture
def gateway(store: DirectoryStore) -> Iterator[ModuleType]:
    with loaded_gateway(IMAGEHUB_STORE=store.root.as_uri()) as loaded:
        yield loaded


def variant(slug: str = "w300", version: str = OLD.version, key: str = "a.jpg", format_class: str = "avif") -> str:
    return VariantKey(key, version, POLICY.rev, slug, format_class).uri


def test_a_missing_variant_is_rendered_stored_and_returned(
    store: DirectoryStore, put_original: Any, gateway: ModuleType
) -> None:
    put_original(jpeg())
    reply = gateway.handler(function_url(variant("w300_h300_fcover")), None)
    body = b64decode(reply["body"])
    image = Image.open(BytesIO(body))
    assert (reply["statusCode"], reply["isBase64Encoded"], image.size) == (200, True, (300, 300))
    red, green, blue = image.convert("RGB").getpixel((150, 150))  # type: ignore[misc]
    assert red > 240
    assert max(green, blue) < 20
    stored = store.get(f"variants/a.jpg/00000001.{POLICY.rev}/w300_h300_fcover.avif")
    assert stored.body == body
    assert stored.head.cache_control == reply["headers"]["Cache-Control"] == IMMUTABLE
    assert stored.head.etag == reply["headers"]["ETag"]


def test_a_key_that_is_not_in_nfc_is_answered_as_an_alias(
    store: DirectoryStore, put_original: Any, gateway: ModuleType
) -> None:
    put_original(jpeg(), key="caf\u00e9.jpg")
    uri = variant(key="caf\u00e9.jpg")
    for _ in range(2):
        reply = gateway.handler(function_url(uri.replace("%C3%A9", "e%CC%81")), None)
        assert (reply["statusCode"], reply["headers"]["Cache-Control"]) == (200, ALIAS)
    assert stored_variants(store) == [f"variants/caf\u00e9.jpg/00000001.{POLICY.rev}/w300.avif"]


@pytest.mark.parametrize("event", [{}, {"version": "2.0"}, None])
def test_what_is_no_event_is_a_500_that_nobody_keeps(gateway: ModuleType, event: Any) -> None:
    reply = gateway.handler(event, None)
    assert (reply["statusCode"], reply["headers"]["Cache-Control"]) == (500, "no-store")
    assert reply["headers"]["X-Imagehub-Error"] == "internal"


def test_head_renders_and_stores_and_has_no_body(store: DirectoryStore, put_original: Any, gateway: ModuleType) -> None:
    put_original(jpeg())
    reply = gateway.handler(function_url(variant(), "HEAD"), None)
    assert (reply["statusCode"], reply["body"], reply["headers"]["Cache-Control"]) == (200, "", "no-store")
    assert len(stored_variants(store)) == 1


def test_a_range_or_a_condition_gets_the_whole_image(put_original: Any, gateway: ModuleType) -> None:
    """Both are for S3 to answer, when it has the image."""
    put_original(jpeg())
    etag = gateway.handler(function_url(variant()), None)["headers"]["ETag"]
    for asked in ({"range": "bytes=0-9"}, {"if_none_match": etag}):
        reply = gateway.handler(function_url(variant(version="any"), **asked), None)
        assert (reply["statusCode"], reply["headers"]["ETag"]) == (200, etag)
        assert Image.open(BytesIO(b64decode(reply["body"]))).size == (300, 225)


def _storing(gateway: ModuleType, uri: str, seconds_later: float, **options: Any) -> Any:
    """The reply to a request for ``uri`` that CloudFront sends ``seconds_later``."""
    event = function_url(uri, **options)
    event["requestContext"]["timeEpoch"] += int(seconds_later * 1000)
    return gateway.handler(event, None)


def test_a_variant_that_cloudfront_cannot_read_is_a_500(put_original: Any, gateway: ModuleType) -> None:
    put_original(jpeg())
    assert _storing(gateway, variant(), 0)["statusCode"] == 200
    assert _storing(gateway, variant(), -60)["statusCode"] == 200  # it was asked for before it was stored
    reply = _storing(gateway, variant(), 10)
    assert (reply["statusCode"], reply["headers"]["X-Imagehub-Error"]) == (500, "variant_unreadable")
    assert _storing(gateway, variant(version="any"), 10)["statusCode"] == 200


def test_with_a_real_s3_server_too(s3_server: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose clock dates what is stored, and whose refusal says that a variant exists."""
    store = open_store(s3_server.location, lambda: s3_server.credentials)
    image, metadata = jpeg("blue"), OLD.as_metadata()
    store.put("originals/gateway/a.jpg", image, content_type="image/jpeg", metadata=metadata)
    for name, text in s3_server.environment.items():
        monkeypatch.setenv(name, text)
    uri = variant("w150", key="gateway/a.jpg")
    with loaded_gateway(IMAGEHUB_STORE=s3_server.location) as gateway:
        assert _storing(gateway, uri, 0, method="HEAD")["body"] == ""
        again = _storing(gateway, uri, -60)
        shown = Image.open(BytesIO(b64decode(again["body"]))).convert("RGB")
        assert shown.size == (150, 113)
        assert shown.getpixel((75, 56))[2] > 240  # type: ignore[index]
        assert again["headers"]["ETag"] == store.head(f"variants{uri}").etag
        unreadable = _storing(gateway, uri, 10)
        missing = _storing(gateway, variant(key="gateway/b.jpg"), 0)
    assert (unreadable["statusCode"], unreadable["headers"]["X-Imagehub-Error"]) == (500, "variant_unreadable")
    assert (missing["statusCode"], missing["headers"]["X-Imagehub-Error"]) == (404, "original_missing")
    with loaded_gateway(IMAGEHUB_STORE=s3_server.location, IMAGEHUB_RENDERING="off") as gateway:
        assert _storing(gateway, variant("w150", "any", "gateway/a.jpg"), 0)["statusCode"] == 200
        assert _storing(gateway, variant("w300", "any", "gateway/a.jpg"), 0)["statusCode"] == 503
    s3_server_gone = s3_server.location.replace(s3_server.endpoint.rpartition(":")[2], "1")
    with loaded_gateway(IMAGEHUB_STORE=s3_server_gone) as gateway:
        reply = _storing(gateway, variant("w150", "any", "gateway/a.jpg"), 0)
    assert (reply["statusCode"], reply["headers"]["Cache-Control"]) == (503, "no-store")


def test_a_variant_above_the_limit_is_a_redirect_and_never_a_loop(
    put_original: Any, gateway: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge.payload.function_url.MAX_RAW_BODY", 1000)
    put_original(noisy_png(80))
    reply = _storing(gateway, variant("full", format_class="png", version="any"), 0, query="f=png")
    assert (reply["statusCode"], reply["headers"]["Location"]) == (302, "/a.jpg?f=png&v=00000001")
    assert reply["headers"]["Cache-Control"] == "max-age=60"
    reply = _storing(gateway, variant("full", format_class="png"), 10, query="f=png&v=00000001")
    assert (reply["statusCode"], reply["headers"]["X-Imagehub-Error"]) == (500, "variant_unreadable")


def test_lambdas_reply_holds_four_and_a_half_megabytes(put_original: Any, gateway: ModuleType) -> None:
    """Both sides of the limit, by originals whose variants are as large as they."""
    for side, status in ((1240, 200), (1255, 302)):
        put_original(noisy_png(side), key=f"{side}.png")
        reply = gateway.handler(function_url(variant("full", "any", f"{side}.png", "png"), query="f=png"), None)
        assert reply["statusCode"] == status
        size = len(b64decode(reply["body"]))
        assert 4_400_000 < size <= 4_500_000 if status == 200 else size == 0
        assert len(json.dumps(reply)) < 6 * 1024 * 1024


def test_rendering_can_be_stopped(store: DirectoryStore, put_original: Any, tmp_path: Path) -> None:
    put_original(jpeg())
    with loaded_gateway(IMAGEHUB_STORE=store.root.as_uri(), IMAGEHUB_RENDERING="off") as gateway:
        reply = gateway.handler(function_url(variant()), None)
    assert (reply["statusCode"], reply["headers"]["X-Imagehub-Error"]) == (503, "rendering_off")
    assert stored_variants(store) == []
