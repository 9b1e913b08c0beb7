"""The table of answers (docs/answers.md), row by row: status, body, headers, and what CloudFront keeps."""

from __future__ import annotations

import io
import json
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from edge.contract.cache_tags import asset_tag
from edge.contract.recipe import Recipe
from infra.local.cloudfront.process import TEMPLATE
from tests.edge.storage.scripted import answer, error, run_script
from tests.infra.client import Reply
from tests.infra.pictures import AVIF, VERSION, Place, noise, place

YEAR = 31536000
SAFARI = (
    "image/webp,image/avif,image/jxl,image/heic,image/heic-sequence,video/*;q=0.8,image/png,image/svg+xml,*/*;q=0.5"
)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with place(tmp_path_factory.mktemp("answers")) as found:
        yield found
        assert "fault=" not in found.cdn.log
        assert "Traceback" not in found.cdn.log


def refusal(reply: Reply, status: int, code: str) -> str:
    """The message of an error that is as all errors are."""
    body = json.loads(reply.body)
    assert (reply.status, body["status"], body["code"]) == (status, status, code)
    assert sorted(body) == ["code", "message", "status"]
    assert len(reply.body) < 500
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["x-imagehub-error"] == code
    assert for_browsers(reply)
    return str(body["message"])


def for_browsers(reply: Reply) -> bool:
    """What every reply tells a browser: how it may be used, and what it depends on."""
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["vary"] == "Accept"
    assert reply.headers["cross-origin-resource-policy"] == "cross-origin"
    return True


def test_200_under_the_true_version_is_kept_for_a_year(here: Place) -> None:
    here.put("true.png")
    target = f"/true.png?w=300&v={VERSION}"
    first, second = here.get(target), here.get(target)
    assert (first.status, first.x_cache, second.x_cache) == (200, "Miss", "Hit")
    assert Image.open(io.BytesIO(second.body), formats=["AVIF"]).size == (300, 225)
    assert first.headers["cache-control"] == f"public, max-age={YEAR}, immutable"
    assert first.headers["x-amz-meta-cache-tag"] == asset_tag("true.png")
    assert {"etag", "last-modified"} <= set(first.headers)
    assert here.kept("/true.png") == YEAR
    assert for_browsers(first)
    assert for_browsers(second)


@pytest.mark.parametrize("version", ["", "&v=00000000"])
def test_200_of_an_alias_is_kept_for_a_day_and_by_browsers_for_a_minute(here: Place, version: str) -> None:
    key = f"alias{len(version)}.png"
    here.put(key)
    reply = here.get(f"/{key}?w=300{version}")
    assert (reply.status, reply.headers["cache-control"]) == (200, "public, max-age=60, s-maxage=86400")
    assert reply.headers["x-amz-meta-cache-tag"] == asset_tag(key)
    assert here.kept(f"/{key}") == 86400
    assert for_browsers(reply)


def test_200_of_what_could_not_be_stored_is_kept_for_a_minute(tmp_path: Path) -> None:
    """A file stands where new ones are begun, so none can be written; nobody is sent to one that is not there."""
    with place(tmp_path) as full:
        full.put("unstored.png")
        full.put("big.png", noise(900))
        begun = tmp_path / "objects" / ".tmp"
        shutil.rmtree(begun)
        begun.write_bytes(b"")
        for query in (f"w=300&v={VERSION}", "w=300"):
            reply = full.get(f"/unstored.png?{query}")
            assert (reply.status, reply.headers["cache-control"]) == (200, "public, max-age=60, s-maxage=60")
            assert full.kept("/unstored.png") == 60
            assert for_browsers(reply)
            full.forget("/unstored.png")
        big = full.get(f"/big.png?f=png&v={VERSION}")
        assert refusal(big, 503, "store_unavailable")
        assert (big.headers["cache-control"], full.kept("/big.png")) == ("no-store", None)
        assert full.variants("unstored.png") == full.variants("big.png") == []


def test_302_of_a_variant_that_no_reply_has_room_for(here: Place) -> None:
    here.put("big.png", noise(900))
    alias, true = "/big.png?f=png", f"/big.png?f=png&v={VERSION}"
    first = here.get(alias)
    assert (first.status, first.body, first.headers["location"]) == (302, b"", true)
    assert (first.headers["cache-control"], here.kept("/big.png")) == ("max-age=60", 60)
    assert first.headers["x-amz-meta-cache-tag"] == asset_tag("big.png")
    assert for_browsers(first)
    second = here.get(true)
    assert (second.status, second.headers["content-type"]) == (200, "image/png")
    here.put("own.png", noise(900))
    own = here.get(f"/own.png?f=png&v={VERSION}")
    assert (own.status, own.headers["location"]) == (302, f"/own.png?f=png&v={VERSION}")
    assert (own.headers["cache-control"], here.kept("/own.png")) == ("no-store", None)
    assert here.get(own.headers["location"]).status == 200


def test_304_of_what_the_browser_has_also_of_what_was_just_made(here: Place) -> None:
    here.put("known.png")
    target = f"/known.png?w=300&v={VERSION}"
    made = here.get(target)
    stored = here.store.head(f"variants/known.png/{VERSION}.{here.policy.rev}/w300.avif")
    assert made.headers["etag"] == stored.etag
    for known in (
        {"if_none_match": made.headers["etag"]},
        {"if_modified_since": made.headers["last-modified"]},
    ):
        reply = here.get(target, **known)
        assert (reply.status, reply.body) == (304, b"")
        assert reply.headers["etag"] == made.headers["etag"]
        assert for_browsers(reply)
    assert here.get(target, if_none_match='"other"').status == 200
    assert here.get(target, if_modified_since="Mon, 02 Nov 2020 10:00:00 GMT").status == 200


def test_304_at_an_edge_that_has_never_seen_it(here: Place) -> None:
    here.put("fresh.png")
    first = here.get(f"/fresh.png?w=300&v={VERSION}", if_none_match='"of-another-picture"')
    assert first.status == 200
    again = here.get(f"/fresh.png?w=300&v={VERSION}", if_none_match=first.headers["etag"])
    assert (again.status, again.x_cache) == (304, "Hit")


@pytest.mark.parametrize(
    ("query", "code", "named"),
    [
        ("w=abc", "parameter_invalid", "w=abc is not valid. w must be "),
        ("w=1&width=2", "parameter_repeated", "width"),
        ("size=3", "parameter_unknown", "size is not a parameter. The parameters are w h"),
    ],
)
def test_400_of_the_viewer_s_side_is_never_kept(here: Place, query: str, code: str, named: str) -> None:
    reply = here.get(f"/bad-{code}.png?{query}")
    assert named in refusal(reply, 400, code)
    assert reply.headers["cache-control"] == "no-store"
    assert (here.kept(f"/bad-{code}.png"), reply.x_cache) == (None, "LambdaGeneratedResponse")


def test_400_of_the_origin_s_side_is_kept_for_a_minute(tmp_path: Path) -> None:
    """Which takes a viewer-request that writes what origin-response does not read; here there is none at all."""
    text = TEMPLATE.read_text()
    associated = "            - EventType: viewer-request\n              LambdaFunctionARN: !Ref ViewerRequestVersion\n"
    assert associated in text
    (tmp_path / "template.yaml").write_text(text.replace(associated, ""))
    with place(tmp_path, template=tmp_path / "template.yaml") as alone:
        reply = alone.get("/a.png")
        assert refusal(reply, 400, "path_invalid")
        assert (reply.headers["cache-control"], alone.kept("/a.png")) == ("max-age=60", 60)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("w=301&h=17&fit=fill", "signature_missing"),
        ("w=301&s=k1." + "A" * 22, "signature_wrong"),
        ("w=301&s=k9." + "A" * 22, "signature_wrong"),
    ],
)
def test_403_is_never_kept(here: Place, query: str, code: str) -> None:
    reply = here.get(f"/{code}.png?{query}")
    assert refusal(reply, 403, code)
    assert (reply.headers["cache-control"], here.kept(f"/{code}.png")) == ("no-store", None)


def test_403_of_a_signature_whose_time_is_over(here: Place) -> None:
    here.put("timed.png")
    now = int(time.time())
    assert here.get(here.sign("timed.png", Recipe(width=301), now + 300)).status == 200
    assert refusal(here.get(here.sign("timed.png", Recipe(width=301), now - 1)), 403, "signature_expired")


@pytest.mark.parametrize(("query", "code"), [("w=300", "original_missing"), ("p=nothing", "preset_unknown")])
def test_404_is_kept_for_ten_seconds(here: Place, query: str, code: str) -> None:
    key = f"none/{code}.png"
    reply = here.get(f"/{key}?{query}")
    assert refusal(reply, 404, code)
    assert (reply.headers["cache-control"], here.kept(f"/{key}")) == ("max-age=10", 10)
    assert asset_tag(key) in reply.headers["x-amz-meta-cache-tag"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (lambda: b"%PDF-1.7 nothing", "source_unsupported"),
        (lambda: noise(64)[:500], "source_damaged"),
        (lambda: bytes(51 << 20), "source_too_large"),
    ],
)
def test_415_is_kept_for_a_minute(here: Place, body: Callable[[], bytes], code: str) -> None:
    key = f"{code}.png"
    here.put(key, body())
    reply = here.get(f"/{key}?w=300")
    assert refusal(reply, 415, code)
    assert (reply.headers["cache-control"], here.kept(f"/{key}")) == ("max-age=60", 60)
    assert reply.headers["x-amz-meta-cache-tag"] == asset_tag(key)


def test_503_of_a_store_that_is_away_is_never_kept(here: Place) -> None:
    here.put("away.png")
    objects, away = here.folder / "objects", here.folder / "away"
    objects.rename(away)
    try:
        replies = [here.get("/away.png?w=300", method) for method in ("GET", "HEAD")]
    finally:
        away.rename(objects)
    assert refusal(replies[0], 503, "store_unavailable")
    assert [(reply.status, reply.headers["cache-control"]) for reply in replies] == [(503, "no-store")] * 2
    assert here.kept("/away.png") is None
    assert here.get("/away.png?w=300").status == 200


def test_500_and_503_of_our_own_faults_are_never_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variant that is there and that CloudFront may not read; signing keys that are nowhere."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "id")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with run_script() as bucket:
        location = f"s3+{bucket.endpoint}/pictures?region=us-east-1"
        bucket.steps = [
            error("403 Forbidden", "AccessDenied"),
            answer("200 OK", noise(900), x_amz_meta_version=VERSION),
            answer("200 OK", x_amz_meta_version=VERSION),
        ]
        bucket.steps += [error("412 Precondition Failed", "PreconditionFailed")]
        bucket.steps += [answer("200 OK", x_amz_meta_version=VERSION), answer("200 OK")]
        with place(tmp_path, secret=tmp_path / "nowhere.json", store=location) as broken:
            unreadable = broken.get(f"/a.png?f=png&v={VERSION}")
            keyless = broken.get("/b.png?w=301&s=k1." + "A" * 22)
            assert refusal(unreadable, 500, "variant_unreadable")
            assert refusal(keyless, 503, "signing_keys_unavailable")
            for path, reply in (("/a.png", unreadable), ("/b.png", keyless)):
                assert (reply.headers["cache-control"], broken.kept(path)) == ("no-store", None)
                assert b"Traceback" not in reply.body
                assert b"nowhere.json" not in reply.body


def test_browsers_that_take_the_same_share_one_copy_whatever_their_accept_says(here: Place) -> None:
    here.put("shared.png")
    target = f"/shared.png?w=300&v={VERSION}"
    chrome, safari, curl = (here.get(target, accept=accept) for accept in (AVIF, SAFARI, "*/*"))
    assert (chrome.x_cache, safari.x_cache, curl.x_cache) == ("Miss", "Hit", "Miss")
    assert chrome.body == safari.body
    assert [reply.headers["content-type"] for reply in (chrome, safari, curl)] == [
        "image/avif",
        "image/avif",
        "image/jpeg",
    ]
    assert {reply.headers["vary"] for reply in (chrome, safari, curl)} == {"Accept"}


def test_cors_is_for_those_who_ask_from_elsewhere(here: Place) -> None:
    here.put("cors.png")
    there = here.get("/cors.png?w=300", origin="https://other.example")
    assert there.headers["access-control-allow-origin"] == "*"
    assert "Server-Timing" in there.headers["access-control-expose-headers"]
    assert "access-control-allow-origin" not in here.get("/cors.png?w=300").headers
    assert here.get("/cors.png?w=x", origin="https://other.example").headers["access-control-allow-origin"] == "*"


def test_what_is_made_tells_its_timings_and_what_is_stored_has_none(here: Place) -> None:
    here.put("timed2.png")
    made = here.get(f"/timed2.png?w=300&v={VERSION}")
    steps = [step.split(";dur=") for step in made.headers["server-timing"].split(", ")]
    assert [name for name, _ in steps] == ["fetch", "decode", "resize", "encode", "store"]
    assert all(float(milliseconds) >= 0 for _, milliseconds in steps)
    head = here.store.head(f"variants/timed2.png/{VERSION}.{here.policy.rev}/w300.avif")
    assert dict(head.metadata) == {"cache-tag": asset_tag("timed2.png")}
    # This edge keeps the reply as it was made, and says how old it is; whoever has it from the bucket has no timings.
    hit = here.get(f"/timed2.png?w=300&v={VERSION}")
    assert hit.headers["server-timing"] == made.headers["server-timing"]
    assert ("age" in made.headers, "age" in hit.headers) == (False, True)
    here.forget("/timed2.png")
    stored = here.get(f"/timed2.png?w=300&v={VERSION}")
    assert (stored.status, stored.x_cache, stored.body) == (200, "Miss", made.body)
    assert "server-timing" not in stored.headers
