"""HEAD, Range and the fallback picture, through the local CloudFront and the real handlers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

import pytest

from edge.contract.manifest import OBJECT_KEY, Manifest, PublishedFallback
from tests.infra.pictures import VERSION, Place, noise, place


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with place(tmp_path_factory.mktemp("asking")) as found:
        yield found
        assert "fault=" not in found.cdn.log
        assert "Traceback" not in found.cdn.log


def made(here: Place, key: str) -> str:
    """The URL of a variant that is stored, and that CloudFront has."""
    here.put(key)
    target = f"/{key}?w=300&v={VERSION}"
    assert here.get(target).status == 200
    return target


def test_head_of_what_is_kept_is_the_same_without_a_body(here: Place) -> None:
    target = made(here, "head.png")
    whole, head = here.get(target), here.get(target, "HEAD")
    assert (head.status, head.body, head.x_cache) == (200, b"", "Hit")
    for name in ("content-type", "content-length", "etag", "cache-control", "last-modified", "vary"):
        assert head.headers[name] == whole.headers[name]


def test_head_of_what_is_stored_and_not_kept(here: Place) -> None:
    target = made(here, "stored.png")
    here.forget("/stored.png")
    head = here.get(target, "HEAD")
    assert (head.status, head.body, head.x_cache) == (200, b"", "Miss")
    assert int(head.headers["content-length"]) == len(here.get(target).body)


def test_head_of_what_is_missing_makes_it_and_get_finds_it_stored(here: Place) -> None:
    here.put("unmade.png")
    target = f"/unmade.png?w=300&v={VERSION}"
    head = here.get(target, "HEAD")
    assert (head.status, head.body, head.headers["cache-control"]) == (200, b"", "no-store")
    assert (head.headers["content-type"], here.kept("/unmade.png")) == ("image/avif", None)
    assert list(here.store.list("variants/unmade.png/"))
    found = here.get(target)
    assert (found.status, found.headers["etag"]) == (200, head.headers["etag"])
    assert "server-timing" not in found.headers
    assert here.get(target).x_cache == "Hit"


def test_head_of_a_missing_picture_and_of_nonsense_has_no_body_either(here: Place) -> None:
    for target, status in (("/nobody.png", 404), ("/nobody.png?w=x", 400), ("/nobody.png?w=7&s=k1." + "A" * 22, 403)):
        head = here.get(target, "HEAD")
        assert (head.status, head.body, head.headers["cache-control"]) == (status, b"", "no-store")
    assert here.get("/nobody.png").status == 404


def test_head_of_what_no_reply_has_room_for_is_200(here: Place) -> None:
    here.put("huge.png", noise(900))
    assert here.get(f"/huge.png?f=png&v={VERSION}", "HEAD").status == 200
    assert len(here.get(f"/huge.png?f=png&v={VERSION}").body) > 1 << 20


@pytest.mark.parametrize("forgotten", [False, True])
def test_a_range_of_what_is_stored(here: Place, forgotten: bool) -> None:
    key = f"part{forgotten}.png"
    target = made(here, key)
    body = here.get(target).body
    for wanted, first, last in (("0-9", 0, 9), ("100-", 100, len(body) - 1), ("-7", len(body) - 7, len(body) - 1)):
        if forgotten:
            here.forget(f"/{key}")
        reply = here.get(target, range=f"bytes={wanted}")
        assert (reply.status, reply.body) == (206, body[first : last + 1])
        assert reply.headers["content-range"] == f"bytes {first}-{last}/{len(body)}"
        assert reply.headers["content-type"] == "image/avif"


@pytest.mark.parametrize("forgotten", [False, True])
def test_a_range_that_cannot_be_is_416(here: Place, forgotten: bool) -> None:
    key = f"beyond{forgotten}.png"
    target = made(here, key)
    if forgotten:
        here.forget(f"/{key}")
    assert here.get(target, range="bytes=9999999-").status == 416
    assert here.get(target).status == 200


def test_several_ranges_and_a_range_of_another_version_get_the_whole(here: Place) -> None:
    target = made(here, "several.png")
    whole = here.get(target)
    for how in ({"range": "bytes=0-1,5-9"}, {"range": "bytes=0-1", "if_range": '"other"'}):
        reply = here.get(target, **how)
        assert (reply.status, reply.body) == (200, whole.body)
    assert here.get(target, range="bytes=0-1", if_range=whole.headers["etag"]).status == 206


def test_a_range_of_what_is_missing_makes_the_whole_and_keeps_it(here: Place) -> None:
    here.put("unmade2.png")
    target = f"/unmade2.png?w=300&v={VERSION}"
    first = here.get(target, range="bytes=0-9")
    assert (first.status, "content-range" in first.headers) == (200, False)
    second = here.get(target, range="bytes=0-9")
    assert (second.status, second.x_cache, second.body) == (206, "Hit", first.body[:10])


def test_the_fallback_picture_stands_where_pages_meet_an_error(tmp_path_factory: pytest.TempPathFactory) -> None:
    with place(tmp_path_factory.mktemp("fallback")) as here:
        body = noise(100)
        fallback = PublishedFallback("config/fallback/1f2e3d4c.96c24d99", "image/png", hashlib.sha256(body).hexdigest())
        here.store.put(fallback.object_key, body, content_type="image/png")
        here.store.put(OBJECT_KEY, Manifest(1, {}, fallback).as_json(), content_type="application/json")
        here.put("pdf.png", b"%PDF-1.7 nothing")
        for target, status, code, seconds in (
            ("/none.png?w=300", 404, "original_missing", 10),
            ("/none2.png?p=card", 404, "preset_unknown", 10),
            ("/pdf.png?w=300", 415, "source_unsupported", 60),
        ):
            replies = [here.get(target, accept=accept) for accept in ("image/avif,image/webp,*/*", "application/json")]
            assert [(reply.status, reply.body == body) for reply in replies] == [(status, True)] * 2
            headers = replies[0].headers
            assert (headers["content-type"], headers["x-imagehub-error"]) == ("image/png", code)
            assert (headers["cache-control"], headers["x-content-type-options"]) == (f"max-age={seconds}", "nosniff")
            assert here.kept(target.partition("?")[0]) == seconds
        for target, status in (("/none.png?w=x", 400), ("/none.png?w=7&s=k1." + "A" * 22, 403)):
            reply = here.get(target)
            assert (reply.status, json.loads(reply.body)["status"]) == (status, status)
        assert "fault=" not in here.cdn.log
