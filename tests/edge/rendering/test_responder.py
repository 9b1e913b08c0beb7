"""Which replies origin-response gives: errors, with and without the fallback image."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from edge import origin_response
from edge.contract.manifest import OBJECT_KEY, Manifest
from edge.rendering import variant_service
from edge.storage.objects.directory import DirectoryStore
from tests.edge.clock import Clock
from tests.edge.events import origin_response as event
from tests.edge.events import value
from tests.edge.originals import FALLBACK, body_of, code_of, jpeg


def test_the_fallback_replaces_only_the_body(publish_fallback: Any, fetch: Any) -> None:
    publish_fallback()
    response = fetch("w300")
    assert (response["status"], body_of(response)) == ("404", FALLBACK)
    assert value(response, "content-type") == "image/jpeg"
    assert value(response, "cache-control") == "max-age=10"
    assert value(response, "x-imagehub-error") == "original_missing"
    assert value(response, "x-content-type-options") == "nosniff"
    assert {"transfer-encoding", "via"} <= set(response["headers"])


def test_the_fallback_is_shown_for_unknown_presets_and_unsupported_originals(
    publish_fallback: Any, put_original: Any, fetch: Any
) -> None:
    publish_fallback()
    put_original(b"%PDF-1.7 nothing")
    for slug, status, error in (("w300", "415", "source_unsupported"), ("p.card", "404", "preset_unknown")):
        response = fetch(slug)
        assert (response["status"], value(response, "x-imagehub-error"), body_of(response)) == (status, error, FALLBACK)


def test_a_reply_to_head_has_the_type_of_the_fallback_and_no_body(publish_fallback: Any, fetch: Any) -> None:
    publish_fallback()
    response = fetch("w300", method="HEAD")
    assert (response["status"], value(response, "content-type")) == ("404", "image/jpeg")
    assert "body" not in response
    assert value(response, "cache-control") == "no-store"


def test_an_invalid_url_gets_json(publish_fallback: Any, fetch: Any) -> None:
    publish_fallback()
    assert code_of(fetch("w9999")) == "parameter_invalid"


def test_our_own_errors_show_the_fallback_only_if_it_is_in_memory(
    publish_fallback: Any, put_original: Any, fetch: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_fallback()
    put_original(jpeg())
    monkeypatch.setattr(variant_service, "render_original", lambda *_, **__: 1 / 0)
    assert code_of(fetch("w300")) == "internal"
    fetch("w300", key="none.jpg")
    response = fetch("w300")
    assert (response["status"], body_of(response)) == ("500", FALLBACK)
    assert value(response, "cache-control") == "no-store"


def test_our_own_errors_do_not_show_a_fallback_that_was_removed(
    store: DirectoryStore,
    publish_fallback: Any,
    put_original: Any,
    fetch: Any,
    cache_clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publish_fallback()
    put_original(jpeg())
    fetch("w300", key="none.jpg")
    store.put(OBJECT_KEY, Manifest(2).as_json(), content_type="application/json")
    cache_clock.now += 60
    monkeypatch.setattr(variant_service, "render_original", lambda *_, **__: 1 / 0)
    assert code_of(fetch("w300")) == "internal"


def test_unavailable_storage_is_not_asked_for_the_fallback(
    publish_fallback: Any, put_original: Any, fetch: Any, tmp_path: Path
) -> None:
    publish_fallback()
    put_original(jpeg())
    fetch("w300", key="none.jpg")
    (tmp_path / "store").rename(tmp_path / "elsewhere")
    response = fetch("w300")
    assert (response["status"], value(response, "x-imagehub-error")) == ("503", "store_unavailable")
    assert (body_of(response), value(response, "cache-control")) == (FALLBACK, "no-store")


def test_an_event_with_an_invalid_store_is_answered(publish_fallback: Any, fetch: Any) -> None:
    broken = event("/a.jpg/any.11111111/w300.avif", "nowhere://")
    response = origin_response.handler(broken, None)
    assert (response["status"], code_of(response)) == ("500", "internal")
