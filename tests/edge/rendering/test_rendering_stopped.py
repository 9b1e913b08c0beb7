"""A site whose operator has stopped rendering: what is stored is served, and nothing else is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from edge import origin_response
from edge.contract.variant_key import VariantKey
from edge.storage.objects.directory import DirectoryStore
from tests.edge.events import origin_response as event
from tests.edge.events import value
from tests.edge.originals import OLD, POLICY, code_of, jpeg, stored_variants


@pytest.fixture
def fetch_stopped(tmp_path: Path, fetch: Any) -> Any:
    """The reply of a site whose operator has stopped rendering."""

    def fetch_stopped(slug: str, version: str = OLD.version) -> Any:
        uri = VariantKey("a.jpg", version, POLICY.rev, slug, "webp").uri
        request = event(uri, (tmp_path / "store").as_uri())
        origin = request["Records"][0]["cf"]["request"]["origin"]["s3"]
        origin["customHeaders"]["x-imagehub-rendering"] = [{"key": "X-Imagehub-Rendering", "value": "off"}]
        return origin_response.handler(request, None)

    return fetch_stopped


def test_with_rendering_stopped_stored_variants_are_served_and_others_refused(
    store: DirectoryStore, put_original: Any, fetch: Any, fetch_stopped: Any
) -> None:
    put_original(jpeg())
    fetch("w300", format_class="webp")
    assert fetch_stopped("w300", "any")["status"] == "200"
    before = stored_variants(store)
    for version in (OLD.version, "any", "0123abcd"):
        response = fetch_stopped("w150", version)
        assert (response["status"], code_of(response)) == ("503", "rendering_off")
        assert value(response, "cache-control") == "no-store"
    assert fetch_stopped("w150", "any")["status"] == "503"
    assert stored_variants(store) == before
    assert fetch("w150", format_class="webp")["status"] == "200"


def test_with_rendering_stopped_no_original_is_read(
    store: DirectoryStore, put_original: Any, fetch_stopped: Any
) -> None:
    put_original(b"not read, or it would be a 415")
    assert code_of(fetch_stopped("w150")) == "rendering_off"
