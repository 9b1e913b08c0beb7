"""The table of answers (docs/answers.md), row by row: status, body, headers, and how long CloudFront caches it."""

from __future__ import annotations

import io
import json
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from edge.contract.cache_tags import asset_tag
from edge.contract.original import EXAMINATION
from edge.contract.recipe import Recipe
from infra.local.cloudfront.process import TEMPLATE
from tests.e2e.delivery.delivery_site import AVIF, VERSION, DeliverySite, delivery_site, noise
from tests.edge.storage.scripted import answer, error, run_script
from tests.http_client import Reply

YEAR = 31536000
SAFARI = (
    "image/webp,image/avif,image/jxl,image/heic,image/heic-sequence,video/*;q=0.8,image/png,image/svg+xml,*/*;q=0.5"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeliverySite]:
    with delivery_site(tmp_path_factory.mktemp("answers")) as found:
        yield found
        assert "fault=" not in found.cdn.log
        assert "Traceback" not in found.cdn.log


def error_message(reply: Reply, status: int, code: str) -> str:
    """Check that the reply is a well-formed error. Return its message."""
    body = json.loads(reply.body)
    assert (reply.status, body["status"], body["code"]) == (status, status, code)
    assert sorted(body) == ["code", "message", "status"]
    assert len(reply.body) < 500
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["x-imagehub-error"] == code
    assert has_browser_headers(reply)
    return str(body["message"])


def has_browser_headers(reply: Reply) -> bool:
    """Check the headers that every reply has for browsers."""
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["vary"] == "Accept"
    assert reply.headers["cross-origin-resource-policy"] == "cross-origin"
    return True


def test_200_under_the_true_version_is_cached_for_a_year(site: DeliverySite) -> None:
    site.put("true.png")
    target = f"/true.png?w=300&v={VERSION}"
    first, second = site.get(target), site.get(target)
    assert (first.status, first.x_cache, second.x_cache) == (200, "Miss", "Hit")
    assert Image.open(io.BytesIO(second.body), formats=["WEBP"]).size == (300, 225)
    assert first.headers["cache-control"] == f"public, max-age={YEAR}, immutable"
    assert first.headers["x-amz-meta-cache-tag"] == asset_tag("true.png")
    assert {"etag", "last-modified"} <= set(first.headers)
    assert site.cached_seconds("/true.png") == YEAR
    assert has_browser_headers(first)
    assert has_browser_headers(second)


@pytest.mark.parametrize("version", ["", "&v=00000000"])
def test_200_of_an_alias_is_cached_for_a_day_and_by_browsers_for_a_minute(site: DeliverySite, version: str) -> None:
    key = f"alias{len(version)}.png"
    site.put(key)
    reply = site.get(f"/{key}?w=300{version}")
    assert (reply.status, reply.headers["cache-control"]) == (200, "public, max-age=60, s-maxage=86400")
    assert reply.headers["x-amz-meta-cache-tag"] == asset_tag(key)
    assert site.cached_seconds(f"/{key}") == 86400
    assert has_browser_headers(reply)


def test_200_of_a_variant_that_could_not_be_stored_is_cached_for_a_minute(tmp_path: Path) -> None:
    """Writes fail: a file replaces the folder for temporary files. No redirect leads to the missing variant."""
    with delivery_site(tmp_path) as full:
        full.put("unstored.png")
        full.put("big.png", noise(900))
        temporary = tmp_path / "objects" / ".tmp"
        shutil.rmtree(temporary)
        temporary.write_bytes(b"")
        for query in (f"w=300&v={VERSION}", "w=300"):
            reply = full.get(f"/unstored.png?{query}")
            assert (reply.status, reply.headers["cache-control"]) == (200, "public, max-age=60, s-maxage=60")
            assert full.cached_seconds("/unstored.png") == 60
            assert has_browser_headers(reply)
            full.invalidate_path("/unstored.png")
        big = full.get(f"/big.png?f=png&v={VERSION}")
        assert error_message(big, 503, "store_unavailable")
        assert (big.headers["cache-control"], full.cached_seconds("/big.png")) == ("no-store", None)
        assert full.variants("unstored.png") == full.variants("big.png") == []


def test_302_of_a_variant_too_large_for_a_generated_reply(site: DeliverySite) -> None:
    site.put("big.png", noise(900))
    alias, true = "/big.png?f=png", f"/big.png?f=png&v={VERSION}"
    first = site.get(alias)
    assert (first.status, first.body, first.headers["location"]) == (302, b"", true)
    assert (first.headers["cache-control"], site.cached_seconds("/big.png")) == ("max-age=60", 60)
    assert first.headers["x-amz-meta-cache-tag"] == asset_tag("big.png")
    assert has_browser_headers(first)
    second = site.get(true)
    assert (second.status, second.headers["content-type"]) == (200, "image/png")
    site.put("own.png", noise(900))
    own = site.get(f"/own.png?f=png&v={VERSION}")
    assert (own.status, own.headers["location"]) == (302, f"/own.png?f=png&v={VERSION}")
    assert (own.headers["cache-control"], site.cached_seconds("/own.png")) == ("no-store", None)
    assert site.get(own.headers["location"]).status == 200


def test_304_if_the_browser_has_the_variant_also_if_it_was_just_rendered(site: DeliverySite) -> None:
    site.put("known.png")
    target = f"/known.png?w=300&v={VERSION}"
    rendered = site.get(target)
    stored = site.store.head(f"variants/known.png/{VERSION}.{site.policy.rev}/w300.avif")
    assert rendered.headers["etag"] == stored.etag
    for known in (
        {"if_none_match": rendered.headers["etag"]},
        {"if_modified_since": rendered.headers["last-modified"]},
    ):
        reply = site.get(target, **known)
        assert (reply.status, reply.body) == (304, b"")
        assert reply.headers["etag"] == rendered.headers["etag"]
        assert has_browser_headers(reply)
    assert site.get(target, if_none_match='"other"').status == 200
    assert site.get(target, if_modified_since="Mon, 02 Nov 2020 10:00:00 GMT").status == 200


def test_304_only_after_the_edge_has_the_variant(site: DeliverySite) -> None:
    site.put("fresh.png")
    first = site.get(f"/fresh.png?w=300&v={VERSION}", if_none_match='"of-another-image"')
    assert first.status == 200
    again = site.get(f"/fresh.png?w=300&v={VERSION}", if_none_match=first.headers["etag"])
    assert (again.status, again.x_cache) == (304, "Hit")


@pytest.mark.parametrize(
    ("query", "code", "named"),
    [
        ("w=abc", "parameter_invalid", "w=abc is not valid. w must be "),
        ("w=1&width=2", "parameter_repeated", "width"),
        ("size=3", "parameter_unknown", "size is not a parameter. The parameters are w h"),
    ],
)
def test_400_of_viewer_request_is_never_cached(site: DeliverySite, query: str, code: str, named: str) -> None:
    reply = site.get(f"/bad-{code}.png?{query}")
    assert named in error_message(reply, 400, code)
    assert reply.headers["cache-control"] == "no-store"
    assert (site.cached_seconds(f"/bad-{code}.png"), reply.x_cache) == (None, "LambdaGeneratedResponse")


def test_400_of_origin_response_is_cached_for_a_minute(tmp_path: Path) -> None:
    """Without a viewer-request function, origin-response gets a path that is not a variant key."""
    text = TEMPLATE.read_text()
    indent = " " * 14
    associated = f"{indent}- EventType: viewer-request\n{indent}  LambdaFunctionARN: !Ref ViewerRequestVersion\n"
    assert associated in text
    (tmp_path / "template.yaml").write_text(text.replace(associated, f"{indent}- !Ref AWS::NoValue\n"))
    with delivery_site(tmp_path, template=tmp_path / "template.yaml") as site:
        reply = site.get("/a.png")
        assert error_message(reply, 400, "path_invalid")
        assert (reply.headers["cache-control"], site.cached_seconds("/a.png")) == ("max-age=60", 60)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("w=301&h=17&fit=fill", "signature_missing"),
        ("w=301&s=k1." + "A" * 22, "signature_wrong"),
        ("w=301&s=k9." + "A" * 22, "signature_wrong"),
    ],
)
def test_403_is_never_cached(site: DeliverySite, query: str, code: str) -> None:
    reply = site.get(f"/{code}.png?{query}")
    assert error_message(reply, 403, code)
    assert (reply.headers["cache-control"], site.cached_seconds(f"/{code}.png")) == ("no-store", None)


def test_403_of_an_expired_signature(site: DeliverySite) -> None:
    site.put("timed.png")
    now = int(time.time())
    assert site.get(site.sign("timed.png", Recipe(width=301), now + 300)).status == 200
    assert error_message(site.get(site.sign("timed.png", Recipe(width=301), now - 1)), 403, "signature_expired")


@pytest.mark.parametrize(("query", "code"), [("w=300", "original_missing"), ("p=nothing", "preset_unknown")])
def test_404_is_cached_for_ten_seconds(site: DeliverySite, query: str, code: str) -> None:
    key = f"none/{code}.png"
    reply = site.get(f"/{key}?{query}")
    assert error_message(reply, 404, code)
    assert (reply.headers["cache-control"], site.cached_seconds(f"/{key}")) == ("max-age=10", 10)
    assert asset_tag(key) in reply.headers["x-amz-meta-cache-tag"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (lambda: b"%PDF-1.7 nothing", "source_unsupported"),
        (lambda: noise(64)[:500], "source_damaged"),
        (lambda: bytes(51 << 20), "source_too_large"),
    ],
)
def test_415_is_cached_for_a_minute(site: DeliverySite, body: Callable[[], bytes], code: str) -> None:
    key = f"{code}.png"
    site.put(key, body())
    reply = site.get(f"/{key}?w=300")
    assert error_message(reply, 415, code)
    assert (reply.headers["cache-control"], site.cached_seconds(f"/{key}")) == ("max-age=60", 60)
    assert reply.headers["x-amz-meta-cache-tag"] == asset_tag(key)


def test_503_of_unavailable_storage_is_never_cached(site: DeliverySite) -> None:
    site.put("away.png")
    objects, away = site.folder / "objects", site.folder / "away"
    objects.rename(away)
    try:
        replies = [site.get("/away.png?w=300", method) for method in ("GET", "HEAD")]
    finally:
        away.rename(objects)
    assert error_message(replies[0], 503, "store_unavailable")
    assert [(reply.status, reply.headers["cache-control"]) for reply in replies] == [(503, "no-store")] * 2
    assert site.cached_seconds("/away.png") is None
    assert site.get("/away.png?w=300").status == 200


def test_500_and_503_are_never_cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stored variant that CloudFront may not read; signing keys that do not exist."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "id")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with run_script() as bucket:
        location = f"s3+{bucket.endpoint}/pictures?region=us-east-1"
        metadata: dict[str, Any] = {"x_amz_meta_version": VERSION, "x_amz_meta_examined": EXAMINATION}
        bucket.steps = [
            error("403 Forbidden", "AccessDenied"),
            answer("200 OK", noise(900), **metadata),
            answer("200 OK", **metadata),
        ]
        bucket.steps += [error("412 Precondition Failed", "PreconditionFailed")]
        bucket.steps += [answer("200 OK", **metadata), answer("200 OK")]
        with delivery_site(tmp_path, secret=tmp_path / "nowhere.json", store=location) as broken:
            unreadable = broken.get(f"/a.png?f=png&v={VERSION}")
            keyless = broken.get("/b.png?w=301&s=k1." + "A" * 22)
            assert error_message(unreadable, 500, "variant_unreadable")
            assert error_message(keyless, 503, "signing_keys_unavailable")
            for path, reply in (("/a.png", unreadable), ("/b.png", keyless)):
                assert (reply.headers["cache-control"], broken.cached_seconds(path)) == ("no-store", None)
                assert b"Traceback" not in reply.body
                assert b"nowhere.json" not in reply.body


def test_browsers_that_support_the_same_formats_share_one_cached_copy(site: DeliverySite) -> None:
    site.put("shared.png")
    target = f"/shared.png?w=300&v={VERSION}"
    chrome, safari, curl = (site.get(target, accept=accept) for accept in (AVIF, SAFARI, "*/*"))
    assert (chrome.x_cache, safari.x_cache, curl.x_cache) == ("Miss", "Hit", "Miss")
    assert chrome.body == safari.body
    assert [reply.headers["content-type"] for reply in (chrome, safari, curl)] == [
        "image/webp",
        "image/webp",
        "image/png",
    ]
    assert {reply.headers["vary"] for reply in (chrome, safari, curl)} == {"Accept"}


def test_cors_headers_are_for_requests_with_an_origin(site: DeliverySite) -> None:
    site.put("cors.png")
    there = site.get("/cors.png?w=300", origin="https://other.example")
    assert there.headers["access-control-allow-origin"] == "*"
    assert "Server-Timing" in there.headers["access-control-expose-headers"]
    assert "access-control-allow-origin" not in site.get("/cors.png?w=300").headers
    assert site.get("/cors.png?w=x", origin="https://other.example").headers["access-control-allow-origin"] == "*"


def test_a_rendered_reply_has_timings_and_a_stored_one_has_none(site: DeliverySite) -> None:
    site.put("timed2.png")
    rendered = site.get(f"/timed2.png?w=300&v={VERSION}")
    steps = [step.split(";dur=") for step in rendered.headers["server-timing"].split(", ")]
    assert [name for name, _ in steps] == ["fetch", "decode", "resize", "encode", "store"]
    assert all(float(milliseconds) >= 0 for _, milliseconds in steps)
    head = site.store.head(f"variants/timed2.png/{VERSION}.{site.policy.rev}/w300.avif")
    assert dict(head.metadata) == {"cache-tag": asset_tag("timed2.png")}
    # This edge cached the rendered reply with its timings; one that reads the variant from the bucket has none.
    hit = site.get(f"/timed2.png?w=300&v={VERSION}")
    assert hit.headers["server-timing"] == rendered.headers["server-timing"]
    assert ("age" in rendered.headers, "age" in hit.headers) == (False, True)
    site.invalidate_path("/timed2.png")
    stored = site.get(f"/timed2.png?w=300&v={VERSION}")
    assert (stored.status, stored.x_cache, stored.body) == (200, "Miss", rendered.body)
    assert "server-timing" not in stored.headers
