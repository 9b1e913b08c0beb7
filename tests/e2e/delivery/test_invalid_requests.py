"""Invalid URLs and invalid originals, through the local CloudFront and the real handlers."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from edge.contract.original import original_object_key
from edge.storage.objects.directory import DirectoryStore
from infra.local.cloudfront import LocalCloudFront
from tests.edge.originals import BOMB
from tests.http_client import ask

AVIF = "image/avif,image/webp,*/*"


@pytest.fixture(scope="module")
def without_storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloudFront]:
    """A site whose storage is unavailable, so every request that reads it gets a 503."""
    folder = tmp_path_factory.mktemp("without-storage")
    with LocalCloudFront(store=(folder / "store").as_uri(), data=folder / "cdn") as cdn:
        yield cdn


def test_the_storage_of_this_site_is_unavailable(without_storage: LocalCloudFront) -> None:
    assert ask(without_storage.url, "/photo.jpg?w=300").status == 503


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("/../photo.jpg", "key_invalid"),
        ("/a/../photo.jpg", "key_invalid"),
        ("/%2e%2e/photo.jpg", "key_invalid"),
        ("/a/%2E%2e%2fphoto.jpg", "key_invalid"),
        ("/./photo.jpg", "key_invalid"),
        ("//photo.jpg", "key_invalid"),
        ("/a//photo.jpg", "key_invalid"),
        ("/a%2f%2fphoto.jpg", "key_invalid"),
        ("/photo.jpg%00", "key_invalid"),
        ("/%00/photo.jpg", "key_invalid"),
        ("/a\\photo.jpg", "key_invalid"),
        ("/a%5Cphoto.jpg", "key_invalid"),
        ("/photo.jpg/any.00000000/w300.avif", "key_invalid"),
        ("/", "key_invalid"),
        ("/photo%.jpg", "path_invalid"),
        ("/photo%ff.jpg", "path_invalid"),
        ("/photo.jpg?size=3", "parameter_unknown"),
        ("/photo.jpg?W=300", "parameter_unknown"),
        ("/photo.jpg?w=300&w=300", "parameter_repeated"),
        ("/photo.jpg?w=300&width=300", "parameter_repeated"),
        ("/photo.jpg?w=abc", "parameter_invalid"),
        ("/photo.jpg?w=-1", "parameter_invalid"),
        ("/photo.jpg?w=1e9", "parameter_invalid"),
        ("/photo.jpg?w=", "parameter_invalid"),
        ("/photo.jpg?w=%00", "parameter_invalid"),
        ("/photo.jpg?x=".ljust(8191, "x"), "query_too_long"),
        ("/photo.jpg?w=300&utm_source=".ljust(8191, "x"), "query_too_long"),
    ],
    ids=lambda text: text[:30].encode("unicode_escape").decode(),
)
def test_an_invalid_url_is_400_before_storage_is_read(without_storage: LocalCloudFront, target: str, code: str) -> None:
    reply = ask(without_storage.url, target, accept=AVIF)
    assert (reply.status, reply.headers["cache-control"]) == (400, "no-store")
    assert json.loads(reply.body)["code"] == code


def test_a_url_longer_than_cloudfront_allows_never_reaches_the_functions(without_storage: LocalCloudFront) -> None:
    reply = ask(without_storage.url, "/photo.jpg?x=".ljust(8193, "x"))
    assert (reply.status, reply.headers["content-type"]) == (413, "text/html")


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> DirectoryStore:
    return DirectoryStore(tmp_path_factory.mktemp("objects"))


@pytest.fixture(scope="module")
def cdn(objects: DirectoryStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloudFront]:
    with LocalCloudFront(store=objects.root.as_uri(), data=tmp_path_factory.mktemp("cdn")) as cdn:
        yield cdn


def photograph() -> bytes:
    body = io.BytesIO()
    Image.linear_gradient("L").resize((3000, 2000)).convert("RGB").save(body, "JPEG")
    return body.getvalue()


def put_by_hand(objects: DirectoryStore, key: str, body: bytes) -> Path:
    """Put an original into the bucket without Django."""
    path = objects.root / original_object_key(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return path


@pytest.mark.parametrize(
    ("query", "size"),
    [
        ("w=99999", (2560, 1707)),
        ("w=0", (2560, 1707)),
        ("w=0&h=0", (2560, 1707)),
        ("w=301", (400, 267)),
        ("w=301&h=299", (400, 400)),
        ("h=1", (75, 50)),
        ("w=0300", (300, 200)),
    ],
)
def test_an_unlisted_size_is_raised_to_the_next_listed_one(
    objects: DirectoryStore, cdn: LocalCloudFront, query: str, size: tuple[int, int]
) -> None:
    put_by_hand(objects, "photo.jpg", photograph())
    reply = ask(cdn.url, f"/photo.jpg?{query}", accept="image/webp")
    assert reply.status == 200
    assert Image.open(io.BytesIO(reply.body), formats=["WEBP"]).size == size


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("text.jpg", b"hello", "source_unsupported"),
        ("report.jpg", b"%PDF-1.7 nothing", "source_unsupported"),
        ("empty.jpg", b"", "source_damaged"),
        ("cut.jpg", photograph()[:9000], "source_damaged"),
        ("bomb.gif", BOMB, "source_too_large"),
        ("big.jpg", b"\xff\xd8\xff" + bytes(52_428_800), "source_too_large"),
    ],
    ids=["text", "pdf", "empty", "cut", "bomb", "big"],
)
def test_an_unusable_original_is_415_with_its_code_for_a_minute(
    objects: DirectoryStore, cdn: LocalCloudFront, name: str, body: bytes, code: str
) -> None:
    put_by_hand(objects, f"refused/{name}", body)
    first, second = (ask(cdn.url, f"/refused/{name}?w=300", accept=AVIF) for _ in range(2))
    assert (first.status, json.loads(first.body)["code"]) == (415, code)
    assert (second.status, second.body) == (415, first.body)
    assert first.headers["cache-control"] == "max-age=60"
    assert "age" in second.headers, "it was not cached"
    assert not list(objects.list(f"variants/refused/{name}"))
    assert "fault=" not in cdn.log


def test_an_original_removed_by_hand_is_404_for_variants_that_are_not_stored(
    objects: DirectoryStore, cdn: LocalCloudFront
) -> None:
    original = put_by_hand(objects, "gone.jpg", photograph())
    assert ask(cdn.url, "/gone.jpg?w=300", accept=AVIF).status == 200
    original.unlink()
    reply = ask(cdn.url, "/gone.jpg?w=400", accept=AVIF)
    assert (reply.status, json.loads(reply.body)["code"]) == (404, "original_missing")
