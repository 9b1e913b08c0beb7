"""The gateway's handler behind a function URL, called as Lambda calls it, with a real store in a directory."""

from __future__ import annotations

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
from tests.edge.events import function_url
from tests.edge.gateways import loaded_gateway
from tests.edge.originals import OLD, POLICY, jpeg, stored_variants


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


def test_rendering_can_be_stopped(store: DirectoryStore, put_original: Any, tmp_path: Path) -> None:
    put_original(jpeg())
    with loaded_gateway(IMAGEHUB_STORE=store.root.as_uri(), IMAGEHUB_RENDERING="off") as gateway:
        reply = gateway.handler(function_url(variant()), None)
    assert (reply["statusCode"], reply["headers"]["X-Imagehub-Error"]) == (503, "rendering_off")
    assert stored_variants(store) == []
