"""Hostile requests through the local CloudFront and the real handlers: they never affect other visitors."""

from __future__ import annotations

import io
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from PIL import Image

from edge.contract.original import OriginalFacts, original_object_key
from edge.storage.objects.directory import DirectoryStore
from infra.local.cloudfront import LocalCloudFront
from tests.http_client import ask

AVIF = "image/avif,image/webp,*/*"
VERSION = "1f2e3d4c"


def put(store: DirectoryStore, key: str, colour: str) -> None:
    body = io.BytesIO()
    Image.new("RGB", (400, 300), colour).save(body, "PNG")
    facts = OriginalFacts(VERSION).as_metadata()
    store.put(original_object_key(key), body.getvalue(), content_type="image/png", metadata=facts)


@pytest.fixture(scope="module")
def cdn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloudFront]:
    objects = tmp_path_factory.mktemp("objects")
    put(DirectoryStore(objects), "a.png", "red")
    with LocalCloudFront(store=objects.as_uri(), data=tmp_path_factory.mktemp("cdn")) as cdn:
        yield cdn


@pytest.fixture
def elsewhere(tmp_path: Path) -> str:
    """An object store that the attacker controls, with another image under the same key."""
    put(DirectoryStore(tmp_path), "a.png", "blue")
    return tmp_path.as_uri()


def colour(body: bytes) -> object:
    return Image.open(io.BytesIO(body)).convert("RGB").getpixel((5, 5))


def test_no_request_header_changes_what_is_rendered_or_cached(cdn: LocalCloudFront, elsewhere: str) -> None:
    hostile = {
        "host": "evil.example",
        "x_imagehub_store": elsewhere,
        "x_forwarded_host": "evil.example",
        "x_forwarded_for": "1.2.3.4",
        "x_original_url": "/other.png",
        "x_rewrite_url": "/other.png",
        "x_http_method_override": "DELETE",
        "x_amz_meta_cache_tag": "evil",
        "origin": "https://evil.example",
        "cookie": "a=b",
        "authorization": "Basic YTpi",
        "accept_encoding": "gzip, br",
        "accept_language": "x" * 1000,
        "range": "bytes=0-",
        "if_none_match": "*",
    }
    poisoned = ask(cdn.url, f"/a.png?w=200&v={VERSION}", "GET", None, accept="image/png", **hostile)
    assert poisoned.status < 400
    after = ask(cdn.url, f"/a.png?w=200&v={VERSION}", accept="image/png")
    assert (after.status, colour(after.body)) == (200, (255, 0, 0))
    assert not any("evil" in f"{name}: {value}" for name, value in after.headers.items())


def test_variants_for_different_accept_headers_are_cached_separately(cdn: LocalCloudFront) -> None:
    types = [ask(cdn.url, "/a.png?w=150", accept=accept).headers["content-type"] for accept in (AVIF, "*/*", AVIF, "")]
    assert types == ["image/webp", "image/png", "image/webp", "image/png"]


@pytest.mark.parametrize("end", ["\r\nSet-Cookie: a=b", "\nX: y", "\x85X: y", "\0"])
def test_a_line_break_in_a_url_is_refused_and_splits_neither_reply_nor_log(cdn: LocalCloudFront, end: str) -> None:
    for target in (f"/a{quote(end)}.png?w=300", f"/a.png?w={quote(end)}", f"/a.png?p={quote(end)}"):
        reply = ask(cdn.url, target, accept=AVIF)
        assert (reply.status, reply.headers["content-type"]) == (400, "application/json")
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert not {"set-cookie", "x"} & set(reply.headers)
    assert "\nSet-Cookie" not in cdn.log
    assert "\nX: y" not in cdn.log


def raw(url: str, request: bytes) -> bytes:
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=10) as connection:
        connection.sendall(request)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
        return received


@pytest.mark.parametrize("target", ["http://evil.example/a.png?w=300", "*", "a.png"])
def test_a_request_target_that_is_not_a_path_is_refused(cdn: LocalCloudFront, target: str) -> None:
    reply = raw(cdn.url, f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    assert reply.split(b" ", 2)[1] == b"400"


@pytest.mark.parametrize("value", ["bytes=0-" + "9" * 5000, "bytes=-" + "9" * 5000, "bytes=" + ",".join(["0-1"] * 900)])
def test_a_range_with_absurd_numbers_is_ignored(cdn: LocalCloudFront, value: str) -> None:
    assert ask(cdn.url, "/a.png?w=100", accept=AVIF).status == 200
    assert ask(cdn.url, "/a.png?w=100", accept=AVIF, range=value).status == 200


def test_no_hostile_request_made_a_function_fail(cdn: LocalCloudFront) -> None:
    assert ask(cdn.url, "/a.png?w=100", accept="a/b;q=" + "9" * 4000 + "," * 9000).status == 200
    assert "fault=" not in cdn.log
    assert "Traceback" not in cdn.log
