"""HEAD, Range and the fallback image, through the local CloudFront and the real handlers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

import pytest

from edge.contract.manifest import OBJECT_KEY, Manifest, PublishedFallback
from tests.e2e.delivery.delivery_site import VERSION, DeliverySite, delivery_site, noise


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeliverySite]:
    with delivery_site(tmp_path_factory.mktemp("asking")) as found:
        yield found
        assert "fault=" not in found.cdn.log
        assert "Traceback" not in found.cdn.log


def rendered(site: DeliverySite, key: str) -> str:
    """Return the URL of a variant that is stored and cached."""
    site.put(key)
    target = f"/{key}?w=300&v={VERSION}"
    assert site.get(target).status == 200
    return target


def test_head_of_a_cached_variant_is_the_reply_without_its_body(site: DeliverySite) -> None:
    target = rendered(site, "head.png")
    whole, head = site.get(target), site.get(target, "HEAD")
    assert (head.status, head.body, head.x_cache) == (200, b"", "Hit")
    for name in ("content-type", "content-length", "etag", "cache-control", "last-modified", "vary"):
        assert head.headers[name] == whole.headers[name]


def test_head_of_a_stored_variant_that_is_not_cached(site: DeliverySite) -> None:
    target = rendered(site, "stored.png")
    site.invalidate_path("/stored.png")
    head = site.get(target, "HEAD")
    assert (head.status, head.body, head.x_cache) == (200, b"", "Miss")
    assert int(head.headers["content-length"]) == len(site.get(target).body)


def test_head_of_a_missing_variant_renders_and_stores_it(site: DeliverySite) -> None:
    site.put("unmade.png")
    target = f"/unmade.png?w=300&v={VERSION}"
    head = site.get(target, "HEAD")
    assert (head.status, head.body, head.headers["cache-control"]) == (200, b"", "no-store")
    assert (head.headers["content-type"], site.cached_seconds("/unmade.png")) == ("image/webp", None)
    assert list(site.store.list("variants/unmade.png/"))
    found = site.get(target)
    assert (found.status, found.headers["etag"]) == (200, head.headers["etag"])
    assert "server-timing" not in found.headers
    assert site.get(target).x_cache == "Hit"


def test_head_of_an_error_has_no_body(site: DeliverySite) -> None:
    for target, status in (("/nobody.png", 404), ("/nobody.png?w=x", 400), ("/nobody.png?w=7&s=k1." + "A" * 22, 403)):
        head = site.get(target, "HEAD")
        assert (head.status, head.body, head.headers["cache-control"]) == (status, b"", "no-store")
    assert site.get("/nobody.png").status == 404


def test_head_of_a_variant_too_large_for_a_generated_reply_is_200(site: DeliverySite) -> None:
    site.put("huge.png", noise(900))
    assert site.get(f"/huge.png?f=png&v={VERSION}", "HEAD").status == 200
    assert len(site.get(f"/huge.png?f=png&v={VERSION}").body) > 1 << 20


@pytest.mark.parametrize("invalidated", [False, True])
def test_a_range_of_a_stored_variant(site: DeliverySite, invalidated: bool) -> None:
    key = f"part{invalidated}.png"
    target = rendered(site, key)
    body = site.get(target).body
    for wanted, first, last in (("0-9", 0, 9), ("100-", 100, len(body) - 1), ("-7", len(body) - 7, len(body) - 1)):
        if invalidated:
            site.invalidate_path(f"/{key}")
        reply = site.get(target, range=f"bytes={wanted}")
        assert (reply.status, reply.body) == (206, body[first : last + 1])
        assert reply.headers["content-range"] == f"bytes {first}-{last}/{len(body)}"
        assert reply.headers["content-type"] == "image/webp"


@pytest.mark.parametrize("invalidated", [False, True])
def test_an_unsatisfiable_range_is_416(site: DeliverySite, invalidated: bool) -> None:
    key = f"beyond{invalidated}.png"
    target = rendered(site, key)
    if invalidated:
        site.invalidate_path(f"/{key}")
    assert site.get(target, range="bytes=9999999-").status == 416
    assert site.get(target).status == 200


def test_several_ranges_or_another_etag_get_the_complete_variant(site: DeliverySite) -> None:
    target = rendered(site, "several.png")
    whole = site.get(target)
    for how in ({"range": "bytes=0-1,5-9"}, {"range": "bytes=0-1", "if_range": '"other"'}):
        reply = site.get(target, **how)
        assert (reply.status, reply.body) == (200, whole.body)
    assert site.get(target, range="bytes=0-1", if_range=whole.headers["etag"]).status == 206


def test_a_range_of_a_missing_variant_renders_and_caches_all_of_it(site: DeliverySite) -> None:
    site.put("unmade2.png")
    target = f"/unmade2.png?w=300&v={VERSION}"
    first = site.get(target, range="bytes=0-9")
    assert (first.status, "content-range" in first.headers) == (200, False)
    second = site.get(target, range="bytes=0-9")
    assert (second.status, second.x_cache, second.body) == (206, "Hit", first.body[:10])


def test_the_fallback_image_replaces_the_body_of_an_error(tmp_path_factory: pytest.TempPathFactory) -> None:
    with delivery_site(tmp_path_factory.mktemp("fallback")) as site:
        body = noise(100)
        fallback = PublishedFallback("config/fallback/1f2e3d4c.96c24d99", "image/png", hashlib.sha256(body).hexdigest())
        site.store.put(fallback.object_key, body, content_type="image/png")
        site.store.put(OBJECT_KEY, Manifest(1, {}, fallback).as_json(), content_type="application/json")
        site.put("pdf.png", b"%PDF-1.7 nothing")
        for target, status, code, seconds in (
            ("/none.png?w=300", 404, "original_missing", 10),
            ("/none2.png?p=card", 404, "preset_unknown", 10),
            ("/pdf.png?w=300", 415, "source_unsupported", 60),
        ):
            replies = [site.get(target, accept=accept) for accept in ("image/avif,image/webp,*/*", "application/json")]
            assert [(reply.status, reply.body == body) for reply in replies] == [(status, True)] * 2
            headers = replies[0].headers
            assert (headers["content-type"], headers["x-imagehub-error"]) == ("image/png", code)
            assert (headers["cache-control"], headers["x-content-type-options"]) == (f"max-age={seconds}", "nosniff")
            assert site.cached_seconds(target.partition("?")[0]) == seconds
        for target, status in (("/none.png?w=x", 400), ("/none.png?w=7&s=k1." + "A" * 22, 403)):
            reply = site.get(target)
            assert (reply.status, json.loads(reply.body)["status"]) == (status, status)
        assert "fault=" not in site.cdn.log
