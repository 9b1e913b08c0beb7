"""Presets at the origin-response door: what is stored, what is an alias, and which manifest counts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from edge import image
from edge.contract.cache_control import ALIAS, IMMUTABLE, PROVISIONAL
from edge.contract.cache_tags import asset_tag, preset_tag
from edge.contract.manifest import OBJECT_KEY, Manifest, PublishedPreset
from edge.contract.recipe import make_recipe
from edge.rendering.variant_service import VariantService
from edge.storage.objects.directory import DirectoryStore
from tests.edge.handlers.events import origin_response as event
from tests.edge.handlers.events import value
from tests.edge.handlers.support import OLD, POLICY, picture, pixels, variants


@pytest.fixture(autouse=True)
def _manifest(store: DirectoryStore, put: Any) -> None:
    put(picture())
    publish(store, 3, "w100_h100_fcover")


def publish(store: DirectoryStore, revision: int, slug: str) -> None:
    manifest = Manifest(revision, {"card": PublishedPreset(revision, make_recipe(_sides(slug)))})
    store.put(OBJECT_KEY, manifest.as_json(), content_type="application/json")


def test_the_current_revision_is_stored_under_both_tags(store: DirectoryStore, ask: Any) -> None:
    response = ask("p.card.3")
    assert pixels(response).size == (100, 100)
    assert value(response, "cache-control") == IMMUTABLE
    assert value(response, "x-amz-meta-cache-tag") == f"{asset_tag('a.jpg')},{preset_tag('card')}"
    assert variants(store) == [f"variants/a.jpg/00000001.{POLICY.rev}/p.card.3.avif"]


@pytest.mark.parametrize("slug", ["p.card", "p.card.2"])
def test_an_old_or_no_revision_is_an_alias(store: DirectoryStore, ask: Any, slug: str) -> None:
    assert "s-maxage" in value(ask(slug), "cache-control")
    assert variants(store) == [f"variants/a.jpg/00000001.{POLICY.rev}/p.card.3.avif"]


def test_an_unknown_preset_is_404(ask: Any) -> None:
    response = ask("p.poster.1")
    assert (response["status"], json.loads(response["body"])["code"]) == ("404", "preset_unknown")
    assert value(response, "cache-control") == "max-age=10"


def test_a_newer_revision_than_the_kept_one_makes_it_look_again(
    store: DirectoryStore, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask("p.card.3")
    publish(store, 4, "w50_h50_fcover")
    monkeypatch.setattr("edge.storage.manifest_cache.PRESET_SECONDS", 0)
    assert pixels(ask("p.card.4")).size == (50, 50)


@pytest.mark.parametrize(
    ("slug", "version"),
    [("p.card", OLD.version), ("p.card.2", OLD.version), ("p.card.3", "any"), ("p.card.3", "00000009")],
)
def test_an_alias_is_answered_from_the_newest_manifest(
    store: DirectoryStore, ask: Any, monkeypatch: pytest.MonkeyPatch, slug: str, version: str
) -> None:
    """One whose revision is that of the kept manifest too: an old page's, that names an old version of the picture."""
    ask("p.card.3")
    publish(store, 4, "w50_h50_fcover")
    monkeypatch.setattr("edge.storage.manifest_cache.PRESET_SECONDS", 0)
    response = ask(slug, version)
    assert pixels(response).size == (50, 50)
    assert "s-maxage" in value(response, "cache-control")


@pytest.fixture
def looks_always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.storage.manifest_cache.PRESET_SECONDS", 0)


S3S_ANSWERS = pytest.mark.parametrize("status", [200, 206, 304, 416])


def untouched(response: Any, status: int) -> bool:
    return bool(response == event("/", "", status)["Records"][0]["cf"]["response"])


@S3S_ANSWERS
@pytest.mark.usefixtures("looks_always")
def test_what_s3_has_of_a_preset_is_passed_on_while_it_is_current_and_is_an_alias_then(
    store: DirectoryStore, ask: Any, status: int
) -> None:
    assert pixels(ask("p.card.3")).size == (100, 100)
    assert untouched(ask("p.card.3", status=status), status)
    publish(store, 4, "w50_h50_fcover")
    response = ask("p.card.3", status=status)
    assert (response["status"], pixels(response).size) == ("200", (50, 50))
    assert value(response, "cache-control") == ALIAS
    assert value(response, "x-amz-meta-cache-tag") == f"{asset_tag('a.jpg')},{preset_tag('card')}"
    assert "content-range" not in response["headers"]
    assert untouched(ask("p.card.4", status=status), status)


@pytest.mark.usefixtures("looks_always")
def test_a_preset_that_is_no_more_has_no_pictures_either(store: DirectoryStore, ask: Any) -> None:
    store.put(OBJECT_KEY, Manifest(4, {}).as_json(), content_type="application/json")
    response = ask("p.card.3", status=200)
    assert (response["status"], json.loads(response["body"])["code"]) == ("404", "preset_unknown")


def passed_on_for_a_minute(response: Any, status: int) -> bool:
    s3s = event("/", "", status)["Records"][0]["cf"]["response"]
    said = {**s3s["headers"], "cache-control": [{"key": "Cache-Control", "value": PROVISIONAL}]}
    return bool(response == {**s3s, "headers": said})


@S3S_ANSWERS
@pytest.mark.parametrize("manifest", [b"{", None])
def test_what_s3_has_of_a_preset_will_do_for_a_minute_where_no_manifest_can_be_read(
    store: DirectoryStore, ask: Any, status: int, manifest: bytes | None
) -> None:
    """It may be there all the same, and be overtaken: an edge that may not read it is told that it is not there."""
    store.delete(OBJECT_KEY)
    if manifest:
        store.put(OBJECT_KEY, manifest, content_type="application/json")
    assert passed_on_for_a_minute(ask("p.card.3", status=status), status)


@S3S_ANSWERS
@pytest.mark.usefixtures("looks_always")
def test_an_alias_by_the_last_good_manifest_is_kept_for_a_minute_alone(
    store: DirectoryStore, ask: Any, status: int
) -> None:
    ask("p.card.3")
    store.put(OBJECT_KEY, b"{", content_type="application/json")
    assert passed_on_for_a_minute(ask("p.card.3", status=status), status)
    for slug in ("p.card.3", "p.card.2", "p.card"):
        assert (ask(slug)["status"], value(ask(slug), "cache-control")) == ("200", PROVISIONAL)
    publish(store, 4, "w50_h50_fcover")
    assert value(ask("p.card.4"), "cache-control") == IMMUTABLE
    assert untouched(ask("p.card.4", status=status), status)


@pytest.mark.usefixtures("looks_always")
def test_a_preset_that_is_published_between_two_looks_is_passed_on(
    store: DirectoryStore, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S3 has it already, by an edge that was told sooner."""
    publish(store, 4, "w50_h50_fcover")
    ask("p.card.4")
    publish(store, 3, "w100_h100_fcover")
    serve = VariantService.serve

    def later(*given: Any) -> Any:
        publish(store, 4, "w50_h50_fcover")
        return serve(*given)

    monkeypatch.setattr(VariantService, "serve", later)
    assert untouched(ask("p.card.4", status=206), 206)


@pytest.mark.usefixtures("looks_always")
@pytest.mark.parametrize("asked", [("p.card.3", OLD.version), ("p.card", OLD.version), ("p.card.3", "any")])
def test_a_preset_that_changes_while_a_picture_is_made_is_never_answered_as_it_was(
    store: DirectoryStore, ask: Any, monkeypatch: pytest.MonkeyPatch, asked: tuple[str, str]
) -> None:
    made = []

    def render(*given: Any, **how: Any) -> Any:
        made.append(given)
        if len(made) == 1:
            publish(store, 4, "w50_h50_fcover")
        return image.render(*given, **how)

    monkeypatch.setattr("edge.rendering.variant_service.render", render)
    response = ask(*asked)
    assert (len(made), pixels(response).size) == (2, (50, 50))
    assert value(response, "cache-control") == ALIAS


def test_a_damaged_manifest_keeps_the_last_good_one(
    store: DirectoryStore, ask: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ask("p.card.3")
    monkeypatch.setattr("edge.storage.manifest_cache.PRESET_SECONDS", 0)
    store.put(OBJECT_KEY, b"{", content_type="application/json")
    assert (ask("p.card.3")["status"], value(ask("p.card.3"), "cache-control")) == ("200", PROVISIONAL)
    assert "last readable one" in caplog.text


def test_without_a_good_manifest_a_preset_is_503_and_other_pictures_are_shown(store: DirectoryStore, ask: Any) -> None:
    store.put(OBJECT_KEY, b"{", content_type="application/json")
    response = ask("p.card.3")
    assert (response["status"], value(response, "cache-control")) == ("503", "no-store")
    assert ask("w300")["status"] == "200"
    assert json.loads(ask("w300", key="none.jpg")["body"])["code"] == "original_missing"


def _sides(slug: str) -> dict[str, object]:
    width, height, fit = slug.split("_")
    return {"width": int(width[1:]), "height": int(height[1:]), "fit": fit[1:]}
