"""The origin-response handler, called as Lambda calls it, with a real store in a directory."""

from __future__ import annotations

import json
import os
from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from edge import origin_response
from edge.contract.cache_control import IMMUTABLE
from edge.contract.cache_tags import asset_tag
from edge.contract.variant_key import VariantKey
from edge.rendering import open_responder, variant_service
from edge.storage.errors import StorageUnavailable
from edge.storage.objects.directory import DirectoryStore
from tests.edge.events import origin_response as event
from tests.edge.events import value
from tests.edge.originals import NEW, OLD, POLICY, decoded, jpeg, stored_variants


def test_a_missing_variant_is_rendered_stored_and_returned(
    store: DirectoryStore, put_original: Any, fetch: Any
) -> None:
    put_original(jpeg())
    response = fetch("w300_h300_fcover")
    image = decoded(response)
    assert (response["status"], image.format, image.size) == ("200", "WEBP", (300, 300))
    red, green, blue = image.convert("RGB").getpixel((150, 150))  # type: ignore[misc]
    assert red > 240
    assert max(green, blue) < 20
    stored = store.get(f"variants/a.jpg/00000001.{POLICY.rev}/w300_h300_fcover.avif")
    assert stored.body == b64decode(response["body"])
    assert stored.head.content_type == value(response, "content-type") == "image/webp"
    named = 'inline; filename="a.webp"'
    assert stored.head.content_disposition == value(response, "content-disposition") == named
    assert stored.head.cache_control == value(response, "cache-control") == IMMUTABLE
    assert stored.head.metadata["cache-tag"] == value(response, "x-amz-meta-cache-tag") == asset_tag("a.jpg")
    assert stored.head.etag == value(response, "etag")


def test_the_reply_has_timings_and_forbids_sniffing(put_original: Any, fetch: Any) -> None:
    put_original(jpeg())
    response = fetch("w300")
    for step in ("fetch", "decode", "resize", "encode", "store"):
        assert f"{step};dur=" in value(response, "server-timing")
    assert value(response, "x-content-type-options") == "nosniff"


def test_read_only_headers_stay_and_those_about_s3s_error_are_removed(put_original: Any, fetch: Any) -> None:
    put_original(jpeg())
    headers = fetch("w300")["headers"]
    assert {"transfer-encoding", "via"} <= set(headers)
    assert not {"x-amz-request-id", "x-amz-id-2", "content-length"} & set(headers)


@pytest.mark.parametrize("status", [200, 206, 304, 416])
def test_s3s_own_answer_is_passed_through(fetch: Any, status: int) -> None:
    expected = event("/", "", status)["Records"][0]["cf"]["response"]
    assert fetch("w300", status=status) == expected


@pytest.mark.parametrize("version", ["any", NEW.version])
def test_an_alias_is_answered_with_the_true_variant_and_never_stored(
    store: DirectoryStore, put_original: Any, fetch: Any, version: str
) -> None:
    put_original(jpeg())
    for _ in range(2):
        response = fetch("w300", version)
        assert decoded(response).size == (300, 225)
        assert value(response, "cache-control") == "public, max-age=60, s-maxage=86400"
    assert stored_variants(store) == [f"variants/a.jpg/00000001.{POLICY.rev}/w300.avif"]


def test_a_stored_variant_answers_an_alias_without_another_render(put_original: Any, fetch: Any) -> None:
    put_original(jpeg())
    fetch("w300")
    assert "decode" not in value(fetch("w300", "any"), "server-timing")


def test_another_rev_is_an_alias(store: DirectoryStore, put_original: Any, fetch: Any) -> None:
    put_original(jpeg())
    assert "s-maxage" in value(fetch("w300", rev="99999999"), "cache-control")
    assert stored_variants(store) == [f"variants/a.jpg/00000001.{POLICY.rev}/w300.avif"]


def test_an_old_version_shows_the_new_original(put_original: Any, fetch: Any) -> None:
    put_original(jpeg("red"))
    fetch("w300")
    put_original(jpeg("blue"), NEW)
    for version in (OLD.version, NEW.version, "any"):
        assert decoded(fetch("w300", version)).convert("RGB").getpixel((9, 9))[2] > 240  # type: ignore[index]


def test_an_original_without_metadata_has_a_version_from_its_content(store: DirectoryStore, fetch: Any) -> None:
    store.put("originals/a.jpg", jpeg(), content_type="image/jpeg")
    assert fetch("w300", "any")["status"] == "200"
    (object_key,) = stored_variants(store)
    version = VariantKey.parse(object_key.removeprefix("variants/")).version
    assert value(fetch("w300", version, format_class="webp"), "cache-control") == IMMUTABLE


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (None, 404, "original_missing"),
        (b"%PDF-1.7 nothing", 415, "source_unsupported"),
        (jpeg()[:2000], 415, "source_damaged"),
        (b"", 415, "source_damaged"),
    ],
)
def test_an_original_that_is_missing_or_cannot_be_decoded_is_an_error(
    store: DirectoryStore, put_original: Any, fetch: Any, body: bytes | None, status: int, code: str
) -> None:
    if body is not None:
        put_original(body)
    response = fetch("w300")
    answer = json.loads(response["body"])
    assert (response["status"], answer["code"], answer["status"]) == (str(status), code, status)
    assert value(response, "cache-control") == ("max-age=10" if status == 404 else "max-age=60")
    assert value(response, "x-amz-meta-cache-tag") == asset_tag("a.jpg")
    assert value(response, "content-type") == "application/json"
    assert stored_variants(store) == []


def test_an_original_above_the_byte_limit_is_rejected(
    put_original: Any, fetch: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_original(jpeg())
    monkeypatch.setattr(open_responder, "load_policy", lambda: replace(POLICY, max_source_bytes=1000))
    assert json.loads(fetch("w300")["body"])["code"] == "source_too_large"


@pytest.mark.parametrize(
    "uri",
    ["/", "/a.jpg", "/../a.jpg/any.11111111/w300.avif", "/a.jpg/any.11111111/h300_w300.avif", "/a%.jpg/any.1/x.avif"]
    + [f"/a.jpg/any.{POLICY.rev}/w9999.avif"],
)
def test_a_path_that_viewer_request_never_writes_is_400(
    store: DirectoryStore, put_original: Any, tmp_path: Path, uri: str
) -> None:
    put_original(jpeg())
    response = origin_response.handler(event(uri, (tmp_path / "store").as_uri()), None)
    assert response["status"] == "400"
    assert value(response, "cache-control") == "max-age=60"
    assert stored_variants(store) == []


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_an_error_of_s3_is_not_a_missing_image(put_original: Any, fetch: Any, status: int) -> None:
    put_original(jpeg())
    response = fetch("w300", status=status)
    assert (response["status"], value(response, "cache-control")) == ("503", "no-store")


def test_unavailable_storage_is_503_until_it_is_back(tmp_path: Path, put_original: Any, fetch: Any) -> None:
    put_original(jpeg())
    (tmp_path / "store").rename(tmp_path / "elsewhere")
    response = fetch("w300")
    assert (response["status"], value(response, "cache-control")) == ("503", "no-store")
    assert json.loads(response["body"])["code"] == "store_unavailable"
    (tmp_path / "elsewhere").rename(tmp_path / "store")
    assert fetch("w300")["status"] == "200"


def test_a_variant_that_cannot_be_stored_is_kept_for_a_minute(
    store: DirectoryStore, put_original: Any, fetch: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StorageUnavailable("No space left on device")

    put_original(jpeg())
    monkeypatch.setattr(DirectoryStore, "put", full)
    response = fetch("w300")
    assert response["status"] == "200"
    assert value(response, "cache-control") == "public, max-age=60, s-maxage=60"
    assert stored_variants(store) == []


def test_head_renders_and_stores_and_has_no_body(store: DirectoryStore, put_original: Any, fetch: Any) -> None:
    put_original(jpeg())
    response = fetch("w300", method="HEAD")
    assert response["status"] == "200"
    assert "body" not in response
    assert value(response, "cache-control") == "no-store"
    assert len(stored_variants(store)) == 1


def test_an_unexpected_error_reveals_nothing(put_original: Any, fetch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    put_original(jpeg())
    monkeypatch.setattr(variant_service, "render_original", lambda *_, **__: 1 / 0)
    response = fetch("w300")
    assert (response["status"], value(response, "cache-control")) == ("500", "no-store")
    assert "division" not in response["body"]


@pytest.mark.parametrize("place", ["originals/a.jpg", "originals/p"])
@pytest.mark.parametrize("kind", ["link", "loop", "FIFO", "another kind"])
def test_what_is_no_file_in_a_directory_is_a_missing_image(
    store: DirectoryStore, put_original: Any, fetch: Any, tmp_path: Path, place: str, kind: str
) -> None:
    """The secret beside the store is an image, so that following the link would show it."""
    (tmp_path / "secret").mkdir()
    for name in ("a.jpg", "p.jpg"):
        (tmp_path / "secret" / name).write_bytes(jpeg())
    put_original(jpeg(), key="other.jpg")
    path = store.root / place
    if kind == "link":
        path.symlink_to(tmp_path / "secret" / ("a.jpg" if place.endswith(".jpg") else ""))
    elif kind == "loop":
        path.symlink_to(path.name)
    elif kind == "FIFO":
        os.mkfifo(path)
    else:
        path.touch() if place.endswith("p") else path.mkdir()
    response = fetch("w300", key="a.jpg" if place.endswith(".jpg") else "p/a.jpg")
    assert (response["status"], value(response, "x-imagehub-error")) == ("404", "original_missing")


@pytest.mark.parametrize("sidecar", [b"{", b'[{"etag": 5}]', None])
def test_a_broken_sidecar_does_not_fail_the_request(
    store: DirectoryStore, put_original: Any, fetch: Any, sidecar: bytes | None
) -> None:
    put_original(jpeg())
    path = store.root / ".meta" / "originals" / "a.jpg"
    path.unlink()
    if sidecar is None:
        path.symlink_to(path.name)
    else:
        path.write_bytes(sidecar)
    assert fetch("w300", "any")["status"] == "200"


def test_a_variant_is_answered_and_not_stored_behind_a_link(
    store: DirectoryStore, put_original: Any, fetch: Any, tmp_path: Path
) -> None:
    put_original(jpeg())
    (tmp_path / "elsewhere").mkdir()
    (store.root / "variants").symlink_to(tmp_path / "elsewhere")
    assert fetch("w300")["status"] == "200"
    assert list((tmp_path / "elsewhere").iterdir()) == []
