"""The origin-response door, called exactly as Lambda calls it, over a real store in a directory."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from edge import origin_response
from edge.contract.cache_control import IMMUTABLE
from edge.contract.cache_tags import asset_tag
from edge.contract.variant_key import VariantKey
from edge.rendering import variant_service
from edge.storage.errors import StorageUnavailable
from edge.storage.objects.directory import DirectoryStore
from tests.edge.handlers.events import origin_response as event
from tests.edge.handlers.events import value
from tests.edge.handlers.support import NEW, OLD, POLICY, picture, pixels, variants


def test_a_missing_variant_is_made_stored_and_returned(store: DirectoryStore, put: Any, ask: Any) -> None:
    put(picture())
    response = ask("w300_h300_fcover")
    shown = pixels(response)
    assert (response["status"], shown.format, shown.size) == ("200", "AVIF", (300, 300))
    red, green, blue = shown.convert("RGB").getpixel((150, 150))  # type: ignore[misc]
    assert red > 240
    assert max(green, blue) < 20
    stored = store.get(f"variants/a.jpg/00000001.{POLICY.rev}/w300_h300_fcover.avif")
    assert stored.body == b64decode(response["body"])
    assert stored.head.content_type == value(response, "content-type") == "image/avif"
    assert stored.head.cache_control == value(response, "cache-control") == IMMUTABLE
    assert stored.head.metadata["cache-tag"] == value(response, "x-amz-meta-cache-tag") == asset_tag("a.jpg")
    assert stored.head.etag == value(response, "etag")


def test_the_answer_tells_its_timings_and_forbids_sniffing(put: Any, ask: Any) -> None:
    put(picture())
    response = ask("w300")
    for step in ("fetch", "decode", "resize", "encode", "store"):
        assert f"{step};dur=" in value(response, "server-timing")
    assert value(response, "x-content-type-options") == "nosniff"


def test_headers_that_cloudfront_forbids_to_drop_stay_and_those_of_s3s_error_go(put: Any, ask: Any) -> None:
    put(picture())
    headers = ask("w300")["headers"]
    assert {"transfer-encoding", "via"} <= set(headers)
    assert not {"x-amz-request-id", "x-amz-id-2", "content-length"} & set(headers)


@pytest.mark.parametrize("status", [200, 206, 304, 416])
def test_s3s_own_answer_is_passed_on_untouched(ask: Any, status: int) -> None:
    expected = event("/", "", status)["Records"][0]["cf"]["response"]
    assert ask("w300", status=status) == expected


@pytest.mark.parametrize("version", ["any", NEW.version])
def test_an_alias_is_answered_with_the_true_variant_and_never_stored(
    store: DirectoryStore, put: Any, ask: Any, version: str
) -> None:
    put(picture())
    for _ in range(2):
        response = ask("w300", version)
        assert pixels(response).size == (300, 225)
        assert value(response, "cache-control") == "public, max-age=60, s-maxage=86400"
    assert variants(store) == [f"variants/a.jpg/00000001.{POLICY.rev}/w300.avif"]


def test_a_stored_variant_answers_an_alias_without_another_render(put: Any, ask: Any) -> None:
    put(picture())
    ask("w300")
    assert "decode" not in value(ask("w300", "any"), "server-timing")


def test_another_rev_is_an_alias(store: DirectoryStore, put: Any, ask: Any) -> None:
    put(picture())
    assert "s-maxage" in value(ask("w300", rev="99999999"), "cache-control")
    assert variants(store) == [f"variants/a.jpg/00000001.{POLICY.rev}/w300.avif"]


def test_a_replaced_original_shows_under_its_old_address(put: Any, ask: Any) -> None:
    put(picture("red"))
    ask("w300")
    put(picture("blue"), NEW)
    for version in (OLD.version, NEW.version, "any"):
        assert pixels(ask("w300", version)).convert("RGB").getpixel((9, 9))[2] > 240  # type: ignore[index]


def test_an_original_without_facts_has_its_contents_version(store: DirectoryStore, ask: Any) -> None:
    store.put("originals/a.jpg", picture(), content_type="image/jpeg")
    assert ask("w300", "any")["status"] == "200"
    (made,) = variants(store)
    version = VariantKey.parse(made.removeprefix("variants/")).version
    assert value(ask("w300", version, cls="webp"), "cache-control") == IMMUTABLE


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (None, 404, "original_missing"),
        (b"%PDF-1.7 nothing", 415, "source_unsupported"),
        (picture()[:2000], 415, "source_damaged"),
        (b"", 415, "source_damaged"),
    ],
)
def test_an_original_that_cannot_be_shown_is_said_to_be_so(
    store: DirectoryStore, put: Any, ask: Any, body: bytes | None, status: int, code: str
) -> None:
    if body is not None:
        put(body)
    response = ask("w300")
    answer = json.loads(response["body"])
    assert (response["status"], answer["code"], answer["status"]) == (str(status), code, status)
    assert value(response, "cache-control") == ("max-age=10" if status == 404 else "max-age=60")
    assert value(response, "x-amz-meta-cache-tag") == asset_tag("a.jpg")
    assert value(response, "content-type") == "application/json"
    assert variants(store) == []


def test_a_source_above_the_byte_limit_is_refused_unread(put: Any, ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    put(picture())
    monkeypatch.setattr(origin_response, "load_policy", lambda: replace(POLICY, max_source_bytes=1000))
    assert json.loads(ask("w300")["body"])["code"] == "source_too_large"


@pytest.mark.parametrize(
    "uri",
    ["/", "/a.jpg", "/../a.jpg/any.11111111/w300.avif", "/a.jpg/any.11111111/h300_w300.avif", "/a%.jpg/any.1/x.avif"]
    + [f"/a.jpg/any.{POLICY.rev}/w9999.avif"],
)
def test_a_path_that_viewer_request_would_never_write_is_400(
    store: DirectoryStore, put: Any, tmp_path: Path, uri: str
) -> None:
    put(picture())
    response = origin_response.handler(event(uri, (tmp_path / "store").as_uri()), None)
    assert response["status"] == "400"
    assert value(response, "cache-control") == "max-age=60"
    assert variants(store) == []


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_s3s_own_fault_is_not_a_missing_picture(put: Any, ask: Any, status: int) -> None:
    put(picture())
    response = ask("w300", status=status)
    assert (response["status"], value(response, "cache-control")) == ("503", "no-store")


def test_a_store_that_is_away_is_503_and_well_again_when_it_is(tmp_path: Path, put: Any, ask: Any) -> None:
    put(picture())
    (tmp_path / "store").rename(tmp_path / "away")
    response = ask("w300")
    assert (response["status"], value(response, "cache-control")) == ("503", "no-store")
    assert json.loads(response["body"])["code"] == "store_unavailable"
    (tmp_path / "away").rename(tmp_path / "store")
    assert ask("w300")["status"] == "200"


def test_a_picture_that_cannot_be_stored_is_served_for_a_minute(
    store: DirectoryStore, put: Any, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StorageUnavailable("No space left on device")

    put(picture())
    monkeypatch.setattr(DirectoryStore, "put", full)
    response = ask("w300")
    assert response["status"] == "200"
    assert value(response, "cache-control") == "public, max-age=60, s-maxage=60"
    assert variants(store) == []


def test_head_makes_and_stores_and_answers_without_a_body(store: DirectoryStore, put: Any, ask: Any) -> None:
    put(picture())
    response = ask("w300", method="HEAD")
    assert response["status"] == "200"
    assert "body" not in response
    assert value(response, "cache-control") == "no-store"
    assert len(variants(store)) == 1


def test_a_fault_of_ours_shows_nothing_of_itself(put: Any, ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    put(picture())
    monkeypatch.setattr(variant_service, "render", lambda *_, **__: 1 / 0)
    response = ask("w300")
    assert (response["status"], value(response, "cache-control")) == ("500", "no-store")
    assert "division" not in response["body"]
