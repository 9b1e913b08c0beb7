"""What a program learns of an image through the HTTP API, with a real store in a directory."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

from edge.contract.original import OriginalFacts, Verdict, asset_version
from edge.rendering import open_responder
from edge.storage.errors import StorageUnavailable
from edge.storage.objects.directory import DirectoryStore
from tests.edge.events import http_api
from tests.edge.gateways import loaded_gateway
from tests.edge.originals import POLICY, jpeg

ROUTE = "/v1/images/{key+}"
FACTS = OriginalFacts(
    "1f2e3d4c",
    (310, 420),
    faces=((100, 200, 50, 60), (700, 1, 9, 9)),
    size=(640, 480),
    placeholder="3wcCDYK49n6MOIdKl6eoaG+4JAzK",
)
Put = Callable[..., None]


@pytest.fixture
def ask(store: DirectoryStore) -> Iterator[Callable[..., Any]]:
    with loaded_gateway(IMAGEHUB_STORE=store.root.as_uri()) as gateway:

        def ask(url: str, method: str = "GET", **options: str) -> Any:
            return gateway.handler(http_api(url, method, route=ROUTE, **options), None)

        yield ask


def test_all_that_the_metadata_knows_is_told(put_original: Put, ask: Any) -> None:
    body = jpeg("red", (640, 480))
    put_original(body, FACTS, "photos/café.jpg")
    reply = ask("/photos/caf%C3%A9.jpg")
    url = "https://images.example.com/photos/caf%C3%A9.jpg"
    assert (reply["statusCode"], reply["headers"]["Content-Type"]) == (200, "application/json")
    assert json.loads(reply["body"]) == {
        "key": "photos/café.jpg",
        "version": "1f2e3d4c",
        "format": "jpeg",
        "width": 640,
        "height": 480,
        "bytes": len(body),
        "focal_point": {"x": 0.31, "y": 0.42},
        "faces": [
            {"x": 0.1, "y": 0.2, "width": 0.05, "height": 0.06},
            {"x": 0.7, "y": 0.001, "width": 0.009, "height": 0.009},
        ],
        "verdict": "shown",
        "placeholder": "3wcCDYK49n6MOIdKl6eoaG+4JAzK",
        "url": f"{url}?v=1f2e3d4c",
        "sizes": [
            {"width": min(rung, 640), "url": f"{url}?w={rung}&v=1f2e3d4c"}
            for rung in (50, 100, 150, 200, 300, 400, 600, 800)
        ],
    }


def test_an_original_that_was_copied_into_the_bucket_has_a_version_and_nothing_else(
    store: DirectoryStore, ask: Any
) -> None:
    store.put("originals/a.jpg", b"not even an image", content_type="binary/octet-stream")
    found = json.loads(ask("/a.jpg")["body"])
    version = asset_version(store.head("originals/a.jpg").etag)
    assert (found["key"], found["version"], found["bytes"], found["verdict"]) == ("a.jpg", version, 17, "shown")
    assert found["url"] == f"https://images.example.com/a.jpg?v={version}"
    unknown = ("format", "width", "height", "focal_point", "faces", "placeholder", "sizes")
    assert [found[name] for name in unknown] == [None] * len(unknown)


def test_that_no_faces_were_found_is_not_that_nobody_looked(put_original: Put, ask: Any) -> None:
    put_original(jpeg(), replace(FACTS, faces=()))
    assert json.loads(ask("/a.jpg")["body"])["faces"] == []


def test_one_request_to_storage_and_no_bytes_of_the_original(
    put_original: Put, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_original(jpeg(), FACTS)
    asked: list[str] = []
    head = DirectoryStore.head
    monkeypatch.setattr(DirectoryStore, "head", lambda self, key: asked.append(key) or head(self, key))  # type: ignore[func-returns-value]
    for name in ("get", "put", "list", "delete"):
        monkeypatch.setattr(DirectoryStore, name, lambda *_, **__: 1 / 0)
    assert ask("/a.jpg")["statusCode"] == 200
    assert asked == ["originals/a.jpg"]


def test_a_client_that_has_the_facts_gets_304_until_one_of_them_changes(put_original: Put, ask: Any) -> None:
    put_original(jpeg(), FACTS)
    first = ask("/a.jpg")["headers"]
    assert first["Cache-Control"] == "private, max-age=60"
    for listed in (first["ETag"], f'"other", W/{first["ETag"]}', "*"):
        reply = ask("/a.jpg", if_none_match=listed)
        assert (reply["statusCode"], reply["body"], reply["headers"]["ETag"]) == (304, "", first["ETag"])
    changes: list[dict[str, Any]] = [{"focal": (1, 2)}, {"faces": None}, {"placeholder": ""}, {"version": "00000001"}]
    for change in changes:
        put_original(jpeg(), replace(FACTS, **change))
        assert ask("/a.jpg", if_none_match=first["ETag"])["statusCode"] == 200


def test_head_has_the_headers_and_no_body(put_original: Put, ask: Any) -> None:
    put_original(jpeg(), FACTS)
    reply = ask("/a.jpg", "HEAD")
    assert (reply["statusCode"], reply["body"]) == (200, "")
    assert reply["headers"] == ask("/a.jpg")["headers"]


def test_what_visitors_may_not_see_is_not_described_either(put_original: Put, ask: Any) -> None:
    put_original(jpeg(), replace(FACTS, verdict=Verdict.WITHHELD))
    reply = ask("/a.jpg")
    assert (reply["statusCode"], json.loads(reply["body"])["code"]) == (404, "image_withheld")
    put_original(jpeg(), replace(FACTS, verdict=Verdict.BLURRED))
    assert json.loads(ask("/a.jpg")["body"])["verdict"] == "blurred"


@pytest.mark.parametrize(
    ("url", "status", "code"),
    [
        ("/none.jpg", 404, "original_missing"),
        ("/", 400, "key_invalid"),
        ("/a.txt", 400, "key_invalid"),
        ("/a.jpg/b.jpg", 400, "key_invalid"),
        ("/../originals/a.jpg", 400, "key_invalid"),
        ("/a%00.jpg", 400, "key_invalid"),
        ("/" + "a" * 600 + ".jpg", 400, "key_invalid"),
        ("/" + "a" * 9000 + ".jpg", 400, "path_invalid"),
        ("/" + "e%CC%81" * 500 + ".jpg", 400, "key_invalid"),
        ("/a.jpg?w=300", 400, "parameter_unknown"),
    ],
)
def test_errors_are_in_the_same_form_as_a_visitors(
    put_original: Put, ask: Any, url: str, status: int, code: str
) -> None:
    put_original(jpeg(), FACTS)
    reply = ask(url)
    assert (reply["statusCode"], json.loads(reply["body"])["code"]) == (status, code)
    assert (reply["headers"]["X-Imagehub-Error"], reply["headers"]["Cache-Control"]) == (code, "no-store")
    assert ask(url, "HEAD")["body"] == ""


def test_only_reading_is_possible(put_original: Put, ask: Any) -> None:
    put_original(jpeg(), FACTS)
    reply = ask("/a.jpg", "DELETE")
    assert (reply["statusCode"], reply["headers"]["Allow"]) == (405, "GET, HEAD")


def test_unavailable_storage_is_a_503(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> None:
        raise StorageUnavailable("gone")

    monkeypatch.setattr(DirectoryStore, "head", failing)
    reply = ask("/a.jpg")
    assert (reply["statusCode"], json.loads(reply["body"])["code"]) == (503, "store_unavailable")


def test_rendering_may_be_stopped(store: DirectoryStore, put_original: Put) -> None:
    put_original(jpeg(), FACTS)
    with loaded_gateway(IMAGEHUB_STORE=store.root.as_uri(), IMAGEHUB_RENDERING="off") as gateway:
        assert _status(gateway) == 200


def _status(gateway: ModuleType) -> object:
    return gateway.handler(http_api("/a.jpg", route=ROUTE), None)["statusCode"]


@pytest.mark.parametrize("nothing", ["cdn", "unsigned"])
def test_there_are_no_links_that_nobody_could_follow(
    put_original: Put, ask: Any, monkeypatch: pytest.MonkeyPatch, nothing: str
) -> None:
    """Without the CDN's address, and where every URL needs a signature."""
    if nothing == "unsigned":
        monkeypatch.setattr(open_responder, "load_policy", lambda: replace(POLICY, signed="always"))
    put_original(jpeg(), FACTS)
    found = json.loads(ask("/a.jpg", cdn="" if nothing == "cdn" else "https://images.example.com")["body"])
    assert (found["url"], found["sizes"], found["width"]) == (None, None, 640)
