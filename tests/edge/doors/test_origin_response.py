"""The origin-response door, called exactly as Lambda calls it, over a real store in a directory."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from edge import cooking, image, keys, origin_response, policy, request
from edge.cloudfront import MAX_BODY
from edge.keys import VariantKey
from edge.manifest import OBJECT_KEY, Manifest, Preset
from edge.original import OriginalFacts
from edge.recipe import make
from edge.signing import Key, KeyRing
from edge.store import IMMUTABLE, StoreUnavailable
from edge.store.directory import DirectoryStore
from edge.store.keyring import write_keys
from edge.store.location import open_store
from tests.edge.doors.events import origin_response as event
from tests.edge.doors.events import value

POLICY = policy.load()
OLD, NEW = OriginalFacts("00000001"), OriginalFacts("00000002")


def picture(colour: str = "red", size: tuple[int, int] = (640, 480)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def noise(side: int) -> bytes:
    out = BytesIO()
    Image.merge("RGB", [Image.effect_noise((side, side), 90) for _ in range(3)]).save(out, "PNG", compress_level=1)
    return out.getvalue()


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    (tmp_path / "store").mkdir()
    found = open_store((tmp_path / "store").as_uri())
    assert isinstance(found, DirectoryStore)
    return found


@pytest.fixture
def put(store: DirectoryStore) -> Callable[..., None]:
    def put(body: bytes, facts: OriginalFacts = OLD, key: str = "a.jpg") -> None:
        store.put(keys.original_key(key), body, content_type="image/jpeg", metadata=facts.as_metadata())

    return put


@pytest.fixture
def ask(tmp_path: Path) -> Callable[..., Any]:
    origin_response._kitchen.cache_clear()

    def ask(
        slug: str, version: str = OLD.version, cls: str = "avif", key: str = "a.jpg", rev: str = POLICY.rev, **how: Any
    ) -> Any:
        uri = VariantKey(key, version, rev, slug, cls).uri
        return origin_response.handler(event(uri, (tmp_path / "store").as_uri(), **how), None)

    return ask


def pixels(response: Any) -> Image.Image:
    return Image.open(BytesIO(b64decode(response["body"])))


def variants(store: DirectoryStore) -> list[str]:
    return list(store.list("variants/"))


def test_a_missing_variant_is_made_stored_and_returned(store: DirectoryStore, put: Any, ask: Any) -> None:
    put(picture())
    response = ask("w300_h300_fcover")
    shown = pixels(response)
    assert (response["status"], shown.format, shown.size) == ("200", "AVIF", (300, 300))
    red, green, blue = shown.convert("RGB").getpixel((150, 150))  # type: ignore[misc]
    assert red > 240
    assert max(green, blue) < 20
    stored = store.get(f"variants/a.jpg/00000001.{POLICY.rev}/w300_h300_fcover.avif")
    assert stored.body == b64decode(response["body"])
    assert stored.head.content_type == value(response, "content-type") == "image/avif"
    assert stored.head.cache_control == value(response, "cache-control") == IMMUTABLE
    assert stored.head.metadata["cache-tag"] == value(response, "x-amz-meta-cache-tag") == keys.cache_tag("a.jpg")
    assert stored.head.etag == value(response, "etag")


def test_the_answer_tells_its_timings_and_forbids_sniffing(put: Any, ask: Any) -> None:
    put(picture())
    response = ask("w300")
    for step in ("fetch", "decode", "resize", "encode", "store"):
        assert f"{step};dur=" in value(response, "server-timing")
    assert value(response, "x-content-type-options") == "nosniff"


def test_headers_that_cloudfront_forbids_to_drop_stay_and_those_of_s3s_error_go(put: Any, ask: Any) -> None:
    put(picture())
    headers = ask("w300")["headers"]
    assert {"transfer-encoding", "via"} <= set(headers)
    assert not {"x-amz-request-id", "x-amz-id-2", "content-length"} & set(headers)


@pytest.mark.parametrize("status", [200, 206, 304, 416])
def test_s3s_own_answer_is_passed_on_untouched(ask: Any, status: int) -> None:
    expected = event("/", "", status)["Records"][0]["cf"]["response"]
    assert ask("w300", status=status) == expected


@pytest.mark.parametrize("version", ["any", NEW.version])
def test_an_alias_is_answered_with_the_true_variant_and_never_stored(
    store: DirectoryStore, put: Any, ask: Any, version: str
) -> None:
    put(picture())
    for _ in range(2):
        response = ask("w300", version)
        assert pixels(response).size == (300, 225)
        assert value(response, "cache-control") == "public, max-age=60, s-maxage=86400"
    assert variants(store) == [f"variants/a.jpg/00000001.{POLICY.rev}/w300.avif"]


def test_a_stored_variant_answers_an_alias_without_another_render(put: Any, ask: Any) -> None:
    put(picture())
    ask("w300")
    assert "decode" not in value(ask("w300", "any"), "server-timing")


def test_another_rev_is_an_alias(store: DirectoryStore, put: Any, ask: Any) -> None:
    put(picture())
    assert "s-maxage" in value(ask("w300", rev="99999999"), "cache-control")
    assert variants(store) == [f"variants/a.jpg/00000001.{POLICY.rev}/w300.avif"]


def test_a_replaced_original_shows_under_its_old_address(put: Any, ask: Any) -> None:
    put(picture("red"))
    ask("w300")
    put(picture("blue"), NEW)
    for version in (OLD.version, NEW.version, "any"):
        assert pixels(ask("w300", version)).convert("RGB").getpixel((9, 9))[2] > 240  # type: ignore[index]


def test_an_original_without_facts_has_its_contents_version(store: DirectoryStore, ask: Any) -> None:
    store.put("originals/a.jpg", picture(), content_type="image/jpeg")
    assert ask("w300", "any")["status"] == "200"
    (made,) = variants(store)
    version = VariantKey.parse(made.removeprefix("variants/")).version
    assert value(ask("w300", version, cls="webp"), "cache-control") == IMMUTABLE


class TestPresets:
    @pytest.fixture(autouse=True)
    def _manifest(self, store: DirectoryStore, put: Any) -> None:
        put(picture())
        self.publish(store, 3, "w100_h100_fcover")

    def publish(self, store: DirectoryStore, revision: int, slug: str) -> None:
        manifest = Manifest(revision, {"card": Preset(revision, make(_sides(slug)))})
        store.put(OBJECT_KEY, manifest.as_json(), content_type="application/json")

    def test_the_current_revision_is_stored_under_both_tags(self, store: DirectoryStore, ask: Any) -> None:
        response = ask("p.card.3")
        assert pixels(response).size == (100, 100)
        assert value(response, "cache-control") == IMMUTABLE
        assert value(response, "x-amz-meta-cache-tag") == f"{keys.cache_tag('a.jpg')},{keys.preset_tag('card')}"
        assert variants(store) == [f"variants/a.jpg/00000001.{POLICY.rev}/p.card.3.avif"]

    @pytest.mark.parametrize("slug", ["p.card", "p.card.2"])
    def test_an_old_or_no_revision_is_an_alias(self, store: DirectoryStore, ask: Any, slug: str) -> None:
        assert "s-maxage" in value(ask(slug), "cache-control")
        assert variants(store) == [f"variants/a.jpg/00000001.{POLICY.rev}/p.card.3.avif"]

    def test_an_unknown_preset_is_404(self, ask: Any) -> None:
        response = ask("p.poster.1")
        assert (response["status"], json.loads(response["body"])["code"]) == ("404", "preset_unknown")
        assert value(response, "cache-control") == "max-age=10"

    def test_a_newer_revision_than_the_kept_one_makes_it_look_again(
        self, store: DirectoryStore, ask: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ask("p.card.3")
        self.publish(store, 4, "w50_h50_fcover")
        monkeypatch.setattr("edge.store.manifests.LOOK_AGAIN_SECONDS", 0)
        assert pixels(ask("p.card.4")).size == (50, 50)

    @pytest.mark.parametrize("slug", ["p.card", "p.card.2"])
    def test_an_alias_is_answered_from_the_newest_manifest(
        self, store: DirectoryStore, ask: Any, monkeypatch: pytest.MonkeyPatch, slug: str
    ) -> None:
        ask("p.card.3")
        self.publish(store, 4, "w50_h50_fcover")
        monkeypatch.setattr("edge.store.manifests.LOOK_AGAIN_SECONDS", 0)
        assert pixels(ask(slug)).size == (50, 50)

    def test_a_damaged_manifest_keeps_the_last_good_one(
        self, store: DirectoryStore, ask: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        ask("p.card.3")
        monkeypatch.setattr("edge.store.manifests.KEEP_SECONDS", 0)
        store.put(OBJECT_KEY, b"{", content_type="application/json")
        assert ask("p.card.3")["status"] == "200"
        assert "last good one" in caplog.text


def _sides(slug: str) -> dict[str, object]:
    width, height, fit = slug.split("_")
    return {"width": int(width[1:]), "height": int(height[1:]), "fit": fit[1:]}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (None, 404, "original_missing"),
        (b"%PDF-1.7 nothing", 415, "source_unsupported"),
        (picture()[:2000], 415, "source_damaged"),
        (b"", 415, "source_damaged"),
    ],
)
def test_an_original_that_cannot_be_shown_is_said_to_be_so(
    store: DirectoryStore, put: Any, ask: Any, body: bytes | None, status: int, code: str
) -> None:
    if body is not None:
        put(body)
    response = ask("w300")
    answer = json.loads(response["body"])
    assert (response["status"], answer["code"], answer["status"]) == (str(status), code, status)
    assert value(response, "cache-control") == ("max-age=10" if status == 404 else "max-age=60")
    assert value(response, "x-amz-meta-cache-tag") == keys.cache_tag("a.jpg")
    assert value(response, "content-type") == "application/json"
    assert variants(store) == []


def test_a_source_above_the_byte_limit_is_refused_unread(put: Any, ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    put(picture())
    monkeypatch.setattr(origin_response, "load", lambda: replace(POLICY, max_source_bytes=1000))
    assert json.loads(ask("w300")["body"])["code"] == "source_too_large"


@pytest.mark.parametrize(
    "uri",
    ["/", "/a.jpg", "/../a.jpg/any.11111111/w300.avif", "/a.jpg/any.11111111/h300_w300.avif", "/a%.jpg/any.1/x.avif"]
    + [f"/a.jpg/any.{POLICY.rev}/w9999.avif"],
)
def test_a_path_that_viewer_request_would_never_write_is_400(
    store: DirectoryStore, put: Any, tmp_path: Path, uri: str
) -> None:
    put(picture())
    response = origin_response.handler(event(uri, (tmp_path / "store").as_uri()), None)
    assert response["status"] == "400"
    assert value(response, "cache-control") == "max-age=60"
    assert variants(store) == []


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_s3s_own_fault_is_not_a_missing_picture(put: Any, ask: Any, status: int) -> None:
    put(picture())
    response = ask("w300", status=status)
    assert (response["status"], value(response, "cache-control")) == ("503", "no-store")


def test_a_store_that_is_away_is_503_and_well_again_when_it_is(tmp_path: Path, put: Any, ask: Any) -> None:
    put(picture())
    (tmp_path / "store").rename(tmp_path / "away")
    response = ask("w300")
    assert (response["status"], value(response, "cache-control")) == ("503", "no-store")
    assert json.loads(response["body"])["code"] == "store_unavailable"
    (tmp_path / "away").rename(tmp_path / "store")
    assert ask("w300")["status"] == "200"


def test_a_picture_that_cannot_be_stored_is_served_for_a_minute(
    store: DirectoryStore, put: Any, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreUnavailable("No space left on device")

    put(picture())
    monkeypatch.setattr(DirectoryStore, "put", full)
    response = ask("w300")
    assert response["status"] == "200"
    assert value(response, "cache-control") == "public, max-age=60, s-maxage=60"
    assert variants(store) == []


def test_head_makes_and_stores_and_answers_without_a_body(store: DirectoryStore, put: Any, ask: Any) -> None:
    put(picture())
    response = ask("w300", method="HEAD")
    assert response["status"] == "200"
    assert "body" not in response
    assert value(response, "cache-control") == "no-store"
    assert len(variants(store)) == 1


def test_a_fault_of_ours_shows_nothing_of_itself(put: Any, ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    put(picture())
    monkeypatch.setattr(cooking, "render", lambda *_, **__: 1 / 0)
    response = ask("w300")
    assert (response["status"], value(response, "cache-control")) == ("500", "no-store")
    assert "division" not in response["body"]


class TestRaces:
    """An original that goes or changes while a variant is made."""

    def during(self, monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
        render = image.render
        todo = [happens]

        def rendering(*args: Any, **kwargs: Any) -> Any:
            if todo:
                todo.pop()()
            return render(*args, **kwargs)

        monkeypatch.setattr(cooking, "render", rendering)

    def test_taken_away_in_the_middle_it_leaves_nothing(
        self, store: DirectoryStore, put: Any, ask: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put(picture())
        self.during(monkeypatch, lambda: store.delete("originals/a.jpg"))
        assert ask("w300")["status"] == "404"
        assert variants(store) == []

    def test_replaced_in_the_middle_the_new_picture_is_shown(
        self, store: DirectoryStore, put: Any, ask: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put(picture("red"))
        self.during(monkeypatch, lambda: put(picture("blue"), NEW))
        response = ask("w300")
        assert pixels(response).convert("RGB").getpixel((9, 9))[2] > 240  # type: ignore[index]
        assert "s-maxage" in value(response, "cache-control")
        assert variants(store) == [f"variants/a.jpg/00000002.{POLICY.rev}/w300.avif"]

    def test_made_by_another_in_the_middle_it_is_stored_once(
        self, store: DirectoryStore, put: Any, ask: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put(picture())
        self.during(monkeypatch, lambda: ask("w300"))
        assert ask("w300")["status"] == "200"
        assert len(variants(store)) == 1


class TestBigVariants:
    @pytest.fixture(autouse=True)
    def _big(self, put: Any) -> None:
        put(noise(900))

    def test_it_is_stored_and_the_visitor_sent_to_it_once(self, store: DirectoryStore, ask: Any) -> None:
        response = ask("full", cls="png")
        assert (response["status"], response["body"]) == ("302", "")
        assert value(response, "location") == "/a.jpg?f=png&v=00000001"
        assert value(response, "cache-control") == "no-store"
        assert len(store.get(f"variants/a.jpg/00000001.{POLICY.rev}/full.png").body) > MAX_BODY

    def test_an_alias_sends_to_the_true_url_for_a_minute(self, ask: Any) -> None:
        response = ask("full", "any", cls="png")
        assert value(response, "location") == "/a.jpg?f=png&v=00000001"
        assert value(response, "cache-control") == "max-age=60"

    def test_it_never_loops(self, store: DirectoryStore, ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        ask("full", cls="png")
        monkeypatch.setattr(cooking, "_CLOCK_GRAIN", -cooking._CLOCK_GRAIN)
        response = ask("full", cls="png")
        assert (response["status"], json.loads(response["body"])["code"]) == ("500", "variant_unreadable")

    def test_where_it_needs_a_signature_the_redirect_has_one(
        self, tmp_path: Path, ask: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ring = KeyRing(Key.generate(0))
        write_keys(tmp_path / "keys.json", ring)
        signing = replace(POLICY, secret=(tmp_path / "keys.json").as_uri())
        monkeypatch.setattr(origin_response, "load", lambda: signing)
        url = value(ask("w890", cls="png"), "location")
        path, _, query = url.partition("?")
        parsed = request.parse(path, query, signing)
        assert parsed.authorise(signing, ring.find, 0) == make({"width": 890})
        assert parsed.expires is not None
