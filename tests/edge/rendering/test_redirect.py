"""Redirects to variants that are too big for a generated reply."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from edge import origin_response
from edge.contract.manifest import OBJECT_KEY, Manifest, PublishedPreset
from edge.contract.recipe import make_recipe
from edge.contract.variant_key import VariantKey
from edge.rendering.variant_reply import MAX_BODY
from edge.storage.errors import StorageUnavailable
from edge.storage.objects.directory import DirectoryStore
from infra.reachable_modules import reachable
from tests.edge.events import origin_response as event
from tests.edge.events import value
from tests.edge.originals import OLD, POLICY, jpeg, noisy_png, stored_variants
from tests.machine import ROOT


@pytest.fixture(autouse=True)
def _big(put_original: Any) -> None:
    put_original(noisy_png(900))


def test_the_variant_is_stored_and_the_visitor_redirected_to_it(store: DirectoryStore, fetch: Any) -> None:
    response = fetch("full", format_class="png", query="f=png")
    assert (response["status"], response["body"]) == ("302", "")
    assert value(response, "location") == "/a.jpg?f=png&v=00000001"
    assert value(response, "cache-control") == "no-store"
    assert len(store.get(f"variants/a.jpg/00000001.{POLICY.rev}/full.png").body) > MAX_BODY


def test_the_redirect_of_an_alias_is_kept_for_a_minute(fetch: Any) -> None:
    response = fetch("full", "any", format_class="png", query="f=png")
    assert value(response, "location") == "/a.jpg?f=png&v=00000001"
    assert value(response, "cache-control") == "max-age=60"


@pytest.mark.parametrize(
    ("query", "location"),
    [
        ("", "/a.jpg?v=00000001"),
        ("v=0123abcd", "/a.jpg?v=00000001"),
        ("w=810&v=0123abcd&f=png", "/a.jpg?w=810&f=png&v=00000001"),
    ],
)
def test_the_redirect_is_the_verified_query_with_the_true_version(fetch: Any, query: str, location: str) -> None:
    assert value(fetch("full", "any", format_class="png", query=query), "location") == location


SIGNATURE = "k1.AAAAAAAAAAAAAAAAAAAAAA"


def test_a_signed_redirect_keeps_signature_and_expiry_and_is_not_kept(fetch: Any) -> None:
    """CloudFront would give it to visitors whose own URL expires earlier: the variant key has neither."""
    response = fetch("w890", "any", format_class="png", query=f"w=890&f=png&e=1800000000&s={SIGNATURE}")
    expected = f"/a.jpg?w=890&f=png&v=00000001&e=1800000000&s={SIGNATURE}"
    assert (value(response, "location"), value(response, "cache-control")) == (expected, "no-store")


def test_the_redirect_of_a_preset_names_its_revision(store: DirectoryStore, fetch: Any) -> None:
    manifest = Manifest(3, {"large": PublishedPreset(3, make_recipe({"width": 890}))})
    store.put(OBJECT_KEY, manifest.as_json(), content_type="application/json")
    for slug in ("p.large", "p.large.2"):
        response = fetch(slug, format_class="png", query=f"p={slug[2:]}&f=png&s={SIGNATURE}")
        assert value(response, "location") == f"/a.jpg?p=large.3&f=png&v=00000001&s={SIGNATURE}"


def test_without_the_query_that_viewer_request_verified_there_is_no_redirect(fetch: Any) -> None:
    response = fetch("full", format_class="png", query=None)
    assert (response["status"], json.loads(response["body"])["code"]) == ("500", "query_missing")
    assert value(response, "cache-control") == "no-store"


def test_functions_of_different_releases_do_not_redirect_in_a_loop(fetch: Any) -> None:
    """viewer-request would write its own rev again."""
    for _ in range(2):
        response = fetch("full", format_class="png", rev="99999999", query="f=png")
        assert (response["status"], json.loads(response["body"])["code"]) == ("503", "releases_differ")
        assert value(response, "cache-control") == "no-store"


def test_origin_response_has_no_code_that_reads_signing_keys() -> None:
    modules = reachable("edge.origin_response", [ROOT])
    assert not [name for name in modules if "signing_keys" in name or "secrets_manager" in name]


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits in seconds, without waiting."""
    seconds: list[float] = []
    monkeypatch.setattr("edge.rendering.redirect.time.sleep", seconds.append)
    return seconds


def fetch_missing(tmp_path: Path, date: str | None, slug: str = "full", format_class: str = "png") -> Any:
    """The reply when S3 said at ``date`` that the variant is missing."""
    uri = VariantKey("a.jpg", OLD.version, POLICY.rev, slug, format_class).uri
    request = event(uri, (tmp_path / "store").as_uri(), query="f=png")
    headers = request["Records"][0]["cf"]["response"]["headers"]
    del headers["date"]
    if date is not None:
        headers["date"] = [{"key": "Date", "value": date}]
    return origin_response.handler(request, None)


def date(store: DirectoryStore, seconds: float) -> str:
    """The date that many seconds after the variant was stored."""
    (name,) = stored_variants(store)
    return format_datetime(store.head(name).last_modified + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize("seconds", [3, 3600])
def test_a_variant_that_s3_should_have_found_is_500_instead_of_a_loop(
    store: DirectoryStore, fetch: Any, tmp_path: Path, waits: list[float], seconds: float
) -> None:
    fetch("full", format_class="png")
    response = fetch_missing(tmp_path, date(store, seconds))
    assert (response["status"], json.loads(response["body"])["code"]) == ("500", "variant_unreadable")
    assert value(response, "cache-control") == "no-store"
    assert waits == []


@pytest.mark.parametrize("seconds", [-3600, -1, 0, 1])
def test_a_variant_that_another_visitor_may_just_have_stored_is_redirected_to_after_a_wait(
    store: DirectoryStore, fetch: Any, tmp_path: Path, waits: list[float], seconds: float
) -> None:
    """So a visitor who is redirected there again gets the file or a 500."""
    fetch("full", format_class="png")
    response = fetch_missing(tmp_path, date(store, seconds))
    assert (response["status"], value(response, "location")) == ("302", "/a.jpg?f=png&v=00000001")
    assert len(waits) == 1
    assert 0 <= waits[0] <= 3


def test_the_second_redirect_never_happens_although_dates_have_whole_seconds(
    fetch: Any, tmp_path: Path, waits: list[float]
) -> None:
    fetch("full", format_class="png")

    def visit() -> str:
        now = datetime.now(UTC) + timedelta(seconds=sum(waits))
        return str(fetch_missing(tmp_path, format_datetime(now, usegmt=True))["status"])

    assert [visit(), visit()] == ["302", "500"]


@pytest.mark.parametrize(("seconds", "status"), [(-1, "200"), (1, "200"), (3, "500"), (3600, "500")])
def test_a_small_variant_that_cloudfront_cannot_read_is_not_silently_rendered_again_and_again(
    store: DirectoryStore, put_original: Any, fetch: Any, tmp_path: Path, seconds: float, status: str
) -> None:
    put_original(jpeg())
    fetch("w300", format_class="basic")
    response = fetch_missing(tmp_path, date(store, seconds), "w300", "basic")
    assert response["status"] == status
    if status == "500":
        assert json.loads(response["body"])["code"] == "variant_unreadable"
        assert value(response, "cache-control") == "no-store"


@pytest.mark.parametrize("spelled", [None, "soon"])
def test_a_small_variant_is_not_refused_without_a_date_from_s3(
    put_original: Any, fetch: Any, tmp_path: Path, spelled: str | None
) -> None:
    put_original(jpeg())
    for _ in range(2):
        fetch("w300", format_class="basic")
        assert fetch_missing(tmp_path, spelled, "w300", "basic")["status"] == "200"


@pytest.mark.parametrize("spelled", [None, "soon"])
def test_without_a_date_from_s3_the_time_of_reading_counts(
    store: DirectoryStore, fetch: Any, tmp_path: Path, waits: list[float], spelled: str | None
) -> None:
    fetch("full", format_class="png")
    assert fetch_missing(tmp_path, spelled)["status"] == "302"
    assert len(waits) == 1
    (name,) = stored_variants(store)
    sidecar = store.root / ".meta" / name
    entries = json.loads(sidecar.read_text())
    for each in entries:
        each["last_modified"] = "2026-11-01T00:00:00+00:00"
    sidecar.write_text(json.dumps(entries))
    assert fetch_missing(tmp_path, spelled)["status"] == "500"


def test_a_variant_that_could_not_be_stored_is_503(fetch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise StorageUnavailable("No space left on device")

    monkeypatch.setattr(DirectoryStore, "put", full)
    response = fetch("full", format_class="png")
    assert (response["status"], value(response, "cache-control")) == ("503", "no-store")
    assert json.loads(response["body"])["code"] == "store_unavailable"


def test_head_is_answered_without_a_redirect(store: DirectoryStore, fetch: Any) -> None:
    for version in ("any", OLD.version):
        response = fetch("full", version, format_class="png", method="HEAD")
        assert (response["status"], value(response, "cache-control")) == ("200", "no-store")
        assert "body" not in response
    assert len(stored_variants(store)) == 1
