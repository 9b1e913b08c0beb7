"""Presets: which variants are stored, which are aliases, and which manifest counts."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

import pytest

from edge.contract.cache_control import ALIAS, IMMUTABLE, PROVISIONAL
from edge.contract.cache_tags import asset_tag, preset_tag
from edge.contract.manifest import OBJECT_KEY, Manifest, PublishedPreset
from edge.contract.operations import make_operation
from edge.contract.original import Verdict, original_object_key
from edge.contract.recipe import make_recipe
from edge.rendering.render_original import render_original
from edge.storage.objects.directory import DirectoryStore
from tests.edge.events import origin_response as event
from tests.edge.events import value
from tests.edge.originals import NEW, OLD, POLICY, body_of, code_of, decoded, jpeg, noisy_png, stored_variants


@pytest.fixture(autouse=True)
def _manifest(store: DirectoryStore, put_original: Any) -> None:
    put_original(jpeg())
    publish(store, 3, "w100_h100_fcover")


def publish(store: DirectoryStore, revision: int, slug: str) -> None:
    manifest = Manifest(revision, {"card": PublishedPreset(revision, make_recipe(_sides(slug)))})
    store.put(OBJECT_KEY, manifest.as_json(), content_type="application/json")


def test_the_current_revision_is_stored_with_both_tags(store: DirectoryStore, fetch: Any) -> None:
    response = fetch("p.card.3")
    assert decoded(response).size == (100, 100)
    assert value(response, "cache-control") == IMMUTABLE
    assert value(response, "x-amz-meta-cache-tag") == f"{asset_tag('a.jpg')},{preset_tag('card')}"
    assert stored_variants(store) == [f"variants/a.jpg/00000001.{POLICY.rev}/p.card.3.avif"]


@pytest.mark.parametrize("slug", ["p.card", "p.card.2"])
def test_an_old_or_missing_revision_is_an_alias(store: DirectoryStore, fetch: Any, slug: str) -> None:
    assert "s-maxage" in value(fetch(slug), "cache-control")
    assert stored_variants(store) == [f"variants/a.jpg/00000001.{POLICY.rev}/p.card.3.avif"]


def test_an_unknown_preset_is_404(fetch: Any) -> None:
    response = fetch("p.poster.1")
    assert (response["status"], code_of(response)) == ("404", "preset_unknown")
    assert value(response, "cache-control") == "max-age=10"


def test_a_newer_revision_is_read_from_the_manifest(
    store: DirectoryStore, fetch: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch("p.card.3")
    publish(store, 4, "w50_h50_fcover")
    monkeypatch.setattr("edge.storage.manifest_cache.PRESET_SECONDS", 0)
    assert decoded(fetch("p.card.4")).size == (50, 50)


@pytest.mark.parametrize(
    ("slug", "version"),
    [("p.card", OLD.version), ("p.card.2", OLD.version), ("p.card.3", "any"), ("p.card.3", "00000009")],
)
def test_an_alias_is_answered_by_the_newest_manifest(
    store: DirectoryStore, fetch: Any, monkeypatch: pytest.MonkeyPatch, slug: str, version: str
) -> None:
    """Also if its revision is that of the cached manifest, as in an old page that names an old version of the image."""
    fetch("p.card.3")
    publish(store, 4, "w50_h50_fcover")
    monkeypatch.setattr("edge.storage.manifest_cache.PRESET_SECONDS", 0)
    response = fetch(slug, version)
    assert decoded(response).size == (50, 50)
    assert "s-maxage" in value(response, "cache-control")


@pytest.fixture
def always_revalidated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.storage.manifest_cache.PRESET_SECONDS", 0)


def passed_through(response: Any, status: int) -> bool:
    return bool(response == event("/", "", status)["Records"][0]["cf"]["response"])


@pytest.mark.parametrize("status", [200, 206, 304, 416])
@pytest.mark.usefixtures("always_revalidated")
@pytest.mark.parametrize("manifest", [Manifest(4, {}).as_json(), b"{", None], ids=["deleted", "damaged", "missing"])
def test_what_is_stored_is_served_as_stored_whatever_the_manifest_says(
    store: DirectoryStore, fetch: Any, status: int, manifest: bytes | None
) -> None:
    assert decoded(fetch("p.card.3")).size == (100, 100)
    store.delete(OBJECT_KEY)
    if manifest:
        store.put(OBJECT_KEY, manifest, content_type="application/json")
    assert passed_through(fetch("p.card.3", status=status), status)


@pytest.mark.usefixtures("always_revalidated")
def test_an_old_revision_that_is_not_stored_shows_the_current_one(store: DirectoryStore, fetch: Any) -> None:
    publish(store, 4, "w50_h50_fcover")
    response = fetch("p.card.3")
    assert decoded(response).size == (50, 50)
    assert value(response, "cache-control") == ALIAS
    assert value(response, "x-amz-meta-cache-tag") == f"{asset_tag('a.jpg')},{preset_tag('card')}"


@pytest.mark.usefixtures("always_revalidated")
def test_while_the_manifest_is_unreadable_replies_are_kept_for_a_minute(store: DirectoryStore, fetch: Any) -> None:
    fetch("p.card.3")
    store.put(OBJECT_KEY, b"{", content_type="application/json")
    for slug in ("p.card.3", "p.card.2", "p.card"):
        assert (fetch(slug)["status"], value(fetch(slug), "cache-control")) == ("200", PROVISIONAL)
    publish(store, 4, "w50_h50_fcover")
    assert value(fetch("p.card.4"), "cache-control") == IMMUTABLE


@pytest.mark.usefixtures("always_revalidated")
@pytest.mark.parametrize("requested", [("p.card.3", OLD.version), ("p.card", OLD.version), ("p.card.3", "any")])
def test_a_preset_that_changes_during_rendering_is_never_answered_as_it_was(
    store: DirectoryStore, fetch: Any, monkeypatch: pytest.MonkeyPatch, requested: tuple[str, str]
) -> None:
    rendered = []

    def render(*arguments: Any, **named: Any) -> Any:
        rendered.append(arguments)
        if len(rendered) == 1:
            publish(store, 4, "w50_h50_fcover")
        return render_original(*arguments, **named)

    monkeypatch.setattr("edge.rendering.variant_service.render_original", render)
    response = fetch(*requested)
    assert (len(rendered), decoded(response).size) == (2, (50, 50))
    assert value(response, "cache-control") == ALIAS


def test_with_a_damaged_manifest_the_last_readable_one_is_used(
    store: DirectoryStore, fetch: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    fetch("p.card.3")
    monkeypatch.setattr("edge.storage.manifest_cache.PRESET_SECONDS", 0)
    store.put(OBJECT_KEY, b"{", content_type="application/json")
    assert (fetch("p.card.3")["status"], value(fetch("p.card.3"), "cache-control")) == ("200", PROVISIONAL)
    assert "last readable one" in caplog.text


def test_without_a_readable_manifest_presets_are_503_and_other_images_are_served(
    store: DirectoryStore, fetch: Any
) -> None:
    store.put(OBJECT_KEY, b"{", content_type="application/json")
    response = fetch("p.card.3")
    assert (response["status"], value(response, "cache-control")) == ("503", "no-store")
    assert fetch("w300")["status"] == "200"
    assert code_of(fetch("w300", key="none.jpg")) == "original_missing"


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, int]]:
    """The calls to storage: the method, the object key's prefix, and how many bytes of a body were read."""
    made: list[tuple[str, str, int]] = []

    def counting(name: str) -> Any:
        method = getattr(DirectoryStore, name)

        def call(self: DirectoryStore, object_key: str, *arguments: Any, **options: Any) -> Any:
            made.append((name, object_key.partition("/")[0], 0))
            result = method(self, object_key, *arguments, **options)
            if name == "get":
                made[-1] = (name, object_key.partition("/")[0], len(result.body))
            return result

        return call

    for name in ("get", "put", "delete"):
        monkeypatch.setattr(DirectoryStore, name, counting(name))
    head = DirectoryStore.head

    def counting_head(self: DirectoryStore, object_key: str) -> Any:
        if sys._getframe(1).f_code.co_name != "get":  # the directory's own look at a condition
            made.append(("head", object_key.partition("/")[0], 0))
        return head(self, object_key)

    monkeypatch.setattr(DirectoryStore, "head", counting_head)
    return made


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("version", ["any", "00000009"])
def test_an_alias_of_a_big_variant_reads_none_of_it(
    put_original: Any, fetch: Any, calls: Any, method: str, version: str
) -> None:
    put_original(noisy_png(900))
    fetch("full", format_class="png")
    calls.clear()
    response = fetch("full", version, format_class="png", method=method)
    assert response["status"] == ("302" if method == "GET" else "200")
    original = ("head", "originals", 0) if version == "any" else ("get", "originals", 0)  # given up after the headers
    assert calls == [original, ("head", "variants", 0)]


@pytest.mark.parametrize(("method", "reads"), [("GET", 1), ("HEAD", 0)])
def test_an_alias_of_a_small_variant_reads_it_only_to_send_it(fetch: Any, calls: Any, method: str, reads: int) -> None:
    size = len(body_of(fetch("w300")))
    calls.clear()
    assert fetch("w300", "any", method=method)["status"] == "200"
    assert calls == [("head", "originals", 0), ("head", "variants", 0), ("get", "variants", size)][: 2 + reads]


def test_a_miss_under_the_true_version_takes_four_calls(fetch: Any, calls: Any) -> None:
    fetch("w300")
    original = len(jpeg())
    assert calls == [
        ("get", "originals", original),
        ("head", "originals", 0),
        ("put", "variants", 0),
        ("head", "originals", 0),
    ]


def _sides(slug: str) -> dict[str, object]:
    width, height, fit = slug.split("_")
    return {"width": int(width[1:]), "height": int(height[1:]), "fit": fit[1:]}


@pytest.mark.parametrize("slug", ["w100", "full", "p.card.3", "p.card"])
@pytest.mark.parametrize("version", ["00000001", "00000009", "any"])
def test_a_withheld_image_is_not_shown_by_any_url(
    store: DirectoryStore, put_original: Any, fetch: Any, slug: str, version: str
) -> None:
    store.delete("originals/a.jpg")
    put_original(jpeg(), replace(OLD, verdict=Verdict.WITHHELD))
    response = fetch(slug, version)
    assert (response["status"], code_of(response)) == ("404", "image_withheld")
    assert stored_variants(store) == []


def test_a_verdict_during_a_render_keeps_what_was_rendered_before_out_of_storage(
    store: DirectoryStore, put_original: Any, fetch: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def render_and_withhold(*arguments: Any, **named: Any) -> Any:
        rendered = render_original(*arguments, **named)
        store.delete("originals/a.jpg")
        put_original(jpeg(), replace(OLD, version="00000002", verdict=Verdict.WITHHELD))
        return rendered

    monkeypatch.setattr("edge.rendering.variant_service.render_original", render_and_withhold)
    response = fetch("w100")
    assert (response["status"], code_of(response)) == ("404", "image_withheld")
    assert stored_variants(store) == []


LOGO = "brand/logo.png"
MARK = make_operation("watermark", key=LOGO, version=NEW.version, corner="southeast", size=50, margin=0)


@pytest.fixture
def marked(store: DirectoryStore, put_original: Any) -> None:
    """The preset ``card`` with a blue watermark, 50 pixels wide, at the lower right of a red image."""
    put_original(jpeg("blue", (200, 100)), NEW, key=LOGO)
    recipe = make_recipe(_sides("w100_h100_fcover"))
    manifest = Manifest(4, {"card": PublishedPreset(4, recipe, MARK)})
    store.put(OBJECT_KEY, manifest.as_json(), content_type="application/json")


def is_marked(response: Any) -> bool:
    image = decoded(response).convert("RGB")
    assert image.size == (100, 100)
    red, blue = image.getpixel((10, 10)), image.getpixel((75, 87))
    assert red[0] > 200  # type: ignore[index] # RGB
    return bool(blue[2] > 200)  # type: ignore[index] # RGB


@pytest.mark.usefixtures("marked")
@pytest.mark.parametrize("slug", ["p.card.4", "p.card", "p.card.3"])
def test_a_presets_watermark_is_on_its_images(store: DirectoryStore, fetch: Any, slug: str) -> None:
    assert is_marked(fetch(slug))
    assert stored_variants(store) == [f"variants/a.jpg/00000001.{POLICY.rev}/p.card.4.avif"]


@pytest.mark.usefixtures("marked")
def test_the_watermark_itself_is_shown_without_it(fetch: Any) -> None:
    image = decoded(fetch("p.card.4", NEW.version, key=LOGO)).convert("RGB")
    assert len(image.quantize(8).getcolors() or []) == 1


@pytest.mark.usefixtures("marked")
def test_an_image_is_never_sent_without_its_watermark(store: DirectoryStore, fetch: Any, put_original: Any) -> None:
    """Rights holders may rely on it. As soon as the watermark is there again, so is the image."""
    put_original(jpeg("blue", (200, 100)), replace(NEW, verdict=Verdict.WITHHELD), key=LOGO)
    for slug in ("p.card.4", "p.card"):
        response = fetch(slug)
        assert (response["status"], code_of(response)) == ("503", "overlay_unavailable")
        assert value(response, "cache-control") == "no-store"
    store.delete(original_object_key(LOGO))
    assert code_of(fetch("p.card.4")) == "overlay_unavailable"
    assert stored_variants(store) == []
    assert fetch("w300")["status"] == "200"
    put_original(jpeg("blue", (200, 100)), NEW, key=LOGO)
    assert is_marked(fetch("p.card.4"))


@pytest.mark.usefixtures("marked")
def test_a_damaged_watermark_does_not_refuse_the_image(store: DirectoryStore, fetch: Any, put_original: Any) -> None:
    put_original(jpeg("blue")[:300], NEW, key=LOGO)
    assert code_of(fetch("p.card.4")) == "overlay_unavailable"
    assert list(store.list("failures/")) == []
    assert fetch("w300")["status"] == "200"


@pytest.mark.usefixtures("marked")
def test_a_watermark_takes_one_more_storage_call_and_then_none(
    store: DirectoryStore, fetch: Any, put_original: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    def count(name: str) -> None:
        call = getattr(DirectoryStore, name)

        def counted(self: DirectoryStore, key: str, *given: Any, **named: Any) -> Any:
            calls.append(key)
            return call(self, key, *given, **named)

        monkeypatch.setattr(DirectoryStore, name, counted)

    for name in ("get", "head", "put"):
        count(name)
    counts = []
    for key in ("b.jpg", "c.jpg"):
        put_original(jpeg(), key=key)
        calls.clear()
        assert fetch("p.card.4", key=key)["status"] == "200"
        counts.append([each for each in calls if each != OBJECT_KEY])
    assert [len(each) for each in counts] == [5, 4]
    assert sum(LOGO in each for each in calls) == 0
