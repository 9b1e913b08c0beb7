"""The deployed template and the handlers that it names, through the local CloudFront."""

from __future__ import annotations

import io
import shutil
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image

from edge.contract.cache_tags import asset_tag
from edge.contract.original import OriginalFacts, original_object_key
from edge.contract.url_path import encode_path
from edge.storage.objects.directory import DirectoryStore
from edge.storage.objects.location import open_store, spell_bucket
from infra.local.cloudfront import LocalCloudFront
from tests.http_client import ask
from tests.machine import free_port
from tests.s3server import S3Server

VERSION = "1f2e3d4c"
AVIF = "image/avif,image/webp,*/*"


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> Path:
    objects = tmp_path_factory.mktemp("objects")
    body = io.BytesIO()
    Image.linear_gradient("L").resize((640, 480)).convert("RGB").save(body, "JPEG")
    DirectoryStore(objects).put(
        original_object_key("photos/a b.jpg"),
        body.getvalue(),
        content_type="image/jpeg",
        metadata=OriginalFacts(VERSION).as_metadata(),
    )
    return objects


@pytest.fixture(scope="module")
def cdn(objects: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloudFront]:
    with LocalCloudFront(store=f"file://{objects}", data=tmp_path_factory.mktemp("cdn")) as cdn:
        yield cdn


def test_a_variant_is_rendered_once_stored_and_then_served_from_the_cache(cdn: LocalCloudFront, objects: Path) -> None:
    target = f"/photos/a%20b.jpg?w=300&v={VERSION}"
    first, second = ask(cdn.url, target, accept=AVIF), ask(cdn.url, target, accept=AVIF)
    assert (first.status, first.x_cache, second.x_cache) == (200, "Miss", "Hit")
    assert Image.open(io.BytesIO(first.body), formats=["WEBP"]).size == (300, 225)
    assert first.body == second.body
    assert first.headers["vary"] == "Accept"
    assert first.headers["x-amz-meta-cache-tag"] == asset_tag("photos/a b.jpg")
    assert first.headers["content-disposition"] == 'inline; filename="a b.webp"'
    (stored,) = (objects / "variants").rglob("*.avif")
    assert stored.read_bytes() == first.body


def test_a_stored_variant_is_served_without_rendering_it_again(
    cdn: LocalCloudFront, objects: Path, tmp_path: Path
) -> None:
    target = f"/photos/a%20b.jpg?w=150&v={VERSION}"
    first = ask(cdn.url, target, accept=AVIF)
    with LocalCloudFront(store=f"file://{objects}", data=tmp_path) as other:
        again = ask(other.url, target, accept=AVIF)
    assert (again.status, again.body, again.x_cache) == (200, first.body, "Miss")
    assert "server-timing" not in again.headers
    assert again.headers["content-disposition"] == first.headers["content-disposition"]


@pytest.mark.parametrize(
    ("target", "status", "code"),
    [
        ("/photos/a%20b.jpg?w=abc", 400, b"parameter_invalid"),
        ("/photos//a.jpg", 400, b"key_invalid"),
        ("/photos/none.jpg?w=300", 404, b"original_missing"),
    ],
)
def test_an_error_keeps_its_status_and_code(cdn: LocalCloudFront, target: str, status: int, code: bytes) -> None:
    reply = ask(cdn.url, target, accept=AVIF)
    assert reply.status == status
    assert code in reply.body


def test_the_handlers_break_no_rule_of_cloudfront(cdn: LocalCloudFront) -> None:
    for method in ("GET", "HEAD"):
        ask(cdn.url, "/photos/a%20b.jpg", method, accept="*/*")
        ask(cdn.url, "/photos/a%20b.jpg?w=400", method, accept="*/*", range="bytes=0-9")
    assert "fault=" not in cdn.log


@pytest.mark.s3
def test_a_variant_is_rendered_and_stored_in_a_real_bucket(
    s3_server: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in s3_server.environment.items():
        monkeypatch.setenv(name, value)
    store = open_store(s3_server.location, lambda: s3_server.credentials)
    body = io.BytesIO()
    Image.radial_gradient("L").resize((800, 600)).convert("RGB").save(body, "PNG")
    key = "infra/a+b é.png"
    metadata = OriginalFacts(VERSION).as_metadata()
    store.put(original_object_key(key), body.getvalue(), content_type="image/png", metadata=metadata)
    target = f"/{encode_path(key)}?w=300&v={VERSION}"
    for folder, x_caches in (("first", ["Miss", "Hit"]), ("second", ["Miss", "Hit"])):
        with LocalCloudFront(store=s3_server.location, data=tmp_path / folder) as cdn:
            replies = [ask(cdn.url, target, accept=AVIF) for _ in x_caches]
            assert [(reply.status, reply.x_cache) for reply in replies] == [(200, x_cache) for x_cache in x_caches]
            assert Image.open(io.BytesIO(replies[1].body), formats=["AVIF"]).size == (300, 225)
            named = "inline; filename=\"a+b e.avif\"; filename*=UTF-8''a+b%20%C3%A9.avif"
            assert {reply.headers["content-disposition"] for reply in replies} == {named}
            # The first site renders it; the second, with an empty cache, finds it in the bucket.
            assert ("server-timing" in replies[0].headers) is (folder == "first")
            assert "fault=" not in cdn.log


def test_a_variant_too_large_for_a_generated_reply_is_a_redirect_to_the_stored_one(
    cdn: LocalCloudFront, objects: Path
) -> None:
    noise = Image.effect_noise((1400, 1400), 90).convert("RGB")
    original = io.BytesIO()
    noise.save(original, "PNG")
    metadata = OriginalFacts(VERSION).as_metadata()
    key = original_object_key("noise.png")
    DirectoryStore(objects).put(key, original.getvalue(), content_type="image/png", metadata=metadata)
    target = f"/noise.png?w=1200&f=png&v={VERSION}"
    first = ask(cdn.url, target)
    assert (first.status, first.headers["cache-control"]) == (302, "no-store")
    second = ask(cdn.url, first.headers["location"])
    assert (second.status, second.x_cache) == (200, "Miss")
    assert len(second.body) > 1024 * 1024
    assert Image.open(io.BytesIO(second.body), formats=["PNG"]).size == (1200, 1200)


def test_unavailable_storage_is_an_uncached_503(tmp_path: Path, objects: Path) -> None:
    moved, store = tmp_path / "moved", tmp_path / "objects"
    shutil.copytree(objects, store)
    target = f"/photos/a%20b.jpg?w=200&v={VERSION}"
    with LocalCloudFront(store=f"file://{store}", data=tmp_path / "cdn") as cdn:
        store.rename(moved)
        away = ask(cdn.url, target, accept=AVIF)
        assert (away.status, away.headers["cache-control"]) == (503, "no-store")
        moved.rename(store)
        assert ask(cdn.url, target, accept=AVIF).status == 200


@pytest.mark.s3
def test_an_unreachable_bucket_is_a_503_until_it_can_be_reached(
    s3_server: S3Server, tmp_path: Path, objects: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in s3_server.environment.items():
        monkeypatch.setenv(name, value)
    key = "infra/away.jpg"
    original = DirectoryStore(objects).get(original_object_key("photos/a b.jpg"))
    open_store(s3_server.location, lambda: s3_server.credentials).put(
        original_object_key(key), original.body, content_type="image/jpeg", metadata=original.head.metadata
    )
    port, target = free_port(), f"/{key}?w=200&v={VERSION}"
    location = spell_bucket(s3_server.bucket, s3_server.region, f"http://127.0.0.1:{port}")
    with LocalCloudFront(store=location, data=tmp_path) as cdn:
        away = ask(cdn.url, target, accept=AVIF)
        assert (away.status, away.headers["cache-control"]) == (503, "no-store")
        assert b"store_unavailable" in away.body
        with forwarding(port, s3_server.endpoint):
            back = ask(cdn.url, target, accept=AVIF)
        assert (back.status, back.headers["content-type"]) == (200, "image/webp")


@contextmanager
def forwarding(port: int, endpoint: str) -> Iterator[None]:
    """Forward connections to ``port`` to the server at ``endpoint`` until the block ends."""
    host = urlsplit(endpoint)

    class Forwarder(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection((host.hostname, host.port)) as upstream:
                back = threading.Thread(target=_copy, args=(upstream, self.request))
                back.start()
                _copy(self.request, upstream)
                back.join()

    with socketserver.ThreadingTCPServer(("127.0.0.1", port), Forwarder) as server:
        server.daemon_threads = True
        server.block_on_close = False
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield
        server.shutdown()
        thread.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
