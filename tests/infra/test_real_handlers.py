"""The template that is deployed, and the handlers that it names."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from edge.keys import cache_tag, original_key
from edge.original import OriginalFacts
from edge.store.directory import DirectoryStore
from infra.local.cloudfront import LocalCloudFront
from tests.infra.client import ask

VERSION = "1f2e3d4c"
AVIF = "image/avif,image/webp,*/*"


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> Path:
    objects = tmp_path_factory.mktemp("objects")
    picture = io.BytesIO()
    Image.linear_gradient("L").resize((640, 480)).convert("RGB").save(picture, "JPEG")
    DirectoryStore(objects).put(
        original_key("photos/a b.jpg"),
        picture.getvalue(),
        content_type="image/jpeg",
        metadata=OriginalFacts(VERSION).as_metadata(),
    )
    return objects


@pytest.fixture(scope="module")
def cdn(objects: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloudFront]:
    with LocalCloudFront(store=f"file://{objects}", data=tmp_path_factory.mktemp("cdn")) as cdn:
        yield cdn


def test_a_picture_is_made_once_stored_and_then_a_hit(cdn: LocalCloudFront, objects: Path) -> None:
    target = f"/photos/a%20b.jpg?w=300&v={VERSION}"
    first, second = ask(cdn.url, target, accept=AVIF), ask(cdn.url, target, accept=AVIF)
    assert (first.status, first.x_cache, second.x_cache) == (200, "Miss", "Hit")
    assert Image.open(io.BytesIO(first.body), formats=["AVIF"]).size == (300, 225)
    assert first.body == second.body
    assert first.headers["vary"] == "Accept"
    assert first.headers["x-amz-meta-cache-tag"] == cache_tag("photos/a b.jpg")
    (stored,) = (objects / "variants").rglob("*.avif")
    assert stored.read_bytes() == first.body


def test_what_is_stored_is_served_without_being_made_again(cdn: LocalCloudFront, objects: Path, tmp_path: Path) -> None:
    target = f"/photos/a%20b.jpg?w=150&v={VERSION}"
    made = ask(cdn.url, target, accept=AVIF)
    with LocalCloudFront(store=f"file://{objects}", data=tmp_path) as other:
        again = ask(other.url, target, accept=AVIF)
    assert (again.status, again.body, again.x_cache) == (200, made.body, "Miss")
    assert "server-timing" not in again.headers


@pytest.mark.parametrize(
    ("target", "status", "code"),
    [
        ("/photos/a%20b.jpg?w=abc", 400, b"parameter_invalid"),
        ("/photos//a.jpg", 400, b"key_invalid"),
        ("/photos/none.jpg?w=300", 404, b"original_missing"),
    ],
)
def test_refusals_keep_their_status_and_code(cdn: LocalCloudFront, target: str, status: int, code: bytes) -> None:
    reply = ask(cdn.url, target, accept=AVIF)
    assert reply.status == status
    assert code in reply.body


def test_no_function_breaks_a_rule(cdn: LocalCloudFront) -> None:
    for method in ("GET", "HEAD"):
        ask(cdn.url, "/photos/a%20b.jpg", method, accept="*/*")
        ask(cdn.url, "/photos/a%20b.jpg?w=400", method, accept="*/*", range="bytes=0-9")
    assert "fault=" not in cdn.log
