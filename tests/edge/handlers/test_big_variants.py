"""Variants that are too big for a generated reply."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from edge import origin_response
from edge.contract.recipe import make_recipe
from edge.contract.signing import KeyRing, SigningKey
from edge.contract.url import parse_url
from edge.contract.variant_key import VariantKey
from edge.rendering.variant_reply import MAX_BODY
from edge.storage.errors import StorageUnavailable
from edge.storage.objects.directory import DirectoryStore
from edge.storage.signing_keys.key_file import write_key_file
from tests.edge.handlers.events import origin_response as event
from tests.edge.handlers.events import value
from tests.edge.handlers.support import OLD, POLICY, noise, variants


@pytest.fixture(autouse=True)
def _big(put: Any) -> None:
    put(noise(900))


def test_it_is_stored_and_the_visitor_sent_to_it_once(store: DirectoryStore, ask: Any) -> None:
    response = ask("full", cls="png")
    assert (response["status"], response["body"]) == ("302", "")
    assert value(response, "location") == "/a.jpg?f=png&v=00000001"
    assert value(response, "cache-control") == "no-store"
    assert len(store.get(f"variants/a.jpg/00000001.{POLICY.rev}/full.png").body) > MAX_BODY


def test_an_alias_sends_to_the_true_url_for_a_minute(ask: Any) -> None:
    response = ask("full", "any", cls="png")
    assert value(response, "location") == "/a.jpg?f=png&v=00000001"
    assert value(response, "cache-control") == "max-age=60"


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """For how long it was waited, without waiting."""
    seconds: list[float] = []
    monkeypatch.setattr("edge.rendering.redirect.time.sleep", seconds.append)
    return seconds


def ask_told(tmp_path: Path, date: str | None) -> Any:
    """The answer where S3 said at ``date`` that the variant is not there."""
    uri = VariantKey("a.jpg", OLD.version, POLICY.rev, "full", "png").uri
    asked = event(uri, (tmp_path / "store").as_uri())
    headers = asked["Records"][0]["cf"]["response"]["headers"]
    del headers["date"]
    if date is not None:
        headers["date"] = [{"key": "Date", "value": date}]
    return origin_response.handler(asked, None)


def date(store: DirectoryStore, seconds: float) -> str:
    """So long after the variant was stored."""
    (name,) = variants(store)
    return format_datetime(store.head(name).last_modified + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize("seconds", [3, 3600])
def test_what_was_there_when_s3_said_it_is_not_is_a_500_and_no_loop(
    store: DirectoryStore, ask: Any, tmp_path: Path, waits: list[float], seconds: float
) -> None:
    ask("full", cls="png")
    response = ask_told(tmp_path, date(store, seconds))
    assert (response["status"], json.loads(response["body"])["code"]) == ("500", "variant_unreadable")
    assert value(response, "cache-control") == "no-store"
    assert waits == []


@pytest.mark.parametrize("seconds", [-3600, -1, 0, 1])
def test_what_another_visitor_may_have_stored_since_is_shown_after_a_moment(
    store: DirectoryStore, ask: Any, tmp_path: Path, waits: list[float], seconds: float
) -> None:
    """So that a visitor who is sent there again has the file or a 500."""
    ask("full", cls="png")
    response = ask_told(tmp_path, date(store, seconds))
    assert (response["status"], value(response, "location")) == ("302", "/a.jpg?f=png&v=00000001")
    assert len(waits) == 1
    assert 0 <= waits[0] <= 3


def test_whoever_comes_again_after_that_moment_has_a_500_though_a_date_has_no_parts_of_a_second(
    ask: Any, tmp_path: Path, waits: list[float]
) -> None:
    ask("full", cls="png")

    def come() -> str:
        now = datetime.now(UTC) + timedelta(seconds=sum(waits))
        return str(ask_told(tmp_path, format_datetime(now, usegmt=True))["status"])

    assert [come(), come()] == ["302", "500"]


@pytest.mark.parametrize("spelled", [None, "soon"])
def test_without_s3s_time_of_answer_it_is_that_of_now(
    store: DirectoryStore, ask: Any, tmp_path: Path, waits: list[float], spelled: str | None
) -> None:
    ask("full", cls="png")
    assert ask_told(tmp_path, spelled)["status"] == "302"
    assert len(waits) == 1
    (name,) = variants(store)
    sidecar = store.root / ".meta" / name
    facts = json.loads(sidecar.read_text())
    for each in facts:
        each["last_modified"] = "2026-11-01T00:00:00+00:00"
    sidecar.write_text(json.dumps(facts))
    assert ask_told(tmp_path, spelled)["status"] == "500"


def test_what_could_not_be_stored_is_no_redirect(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise StorageUnavailable("No space left on device")

    monkeypatch.setattr(DirectoryStore, "put", full)
    response = ask("full", cls="png")
    assert (response["status"], value(response, "cache-control")) == ("503", "no-store")
    assert json.loads(response["body"])["code"] == "store_unavailable"


def test_head_is_answered_where_it_asks(store: DirectoryStore, ask: Any) -> None:
    for version in ("any", OLD.version):
        response = ask("full", version, cls="png", method="HEAD")
        assert (response["status"], value(response, "cache-control")) == ("200", "no-store")
        assert "body" not in response
    assert len(variants(store)) == 1


def test_where_it_needs_a_signature_the_redirect_has_one(
    tmp_path: Path, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = KeyRing(SigningKey.generate(0))
    write_key_file(tmp_path / "keys.json", ring)
    signing = replace(POLICY, secret=(tmp_path / "keys.json").as_uri())
    monkeypatch.setattr(origin_response, "load_policy", lambda: signing)
    url = value(ask("w890", cls="png"), "location")
    path, _, query = url.partition("?")
    parsed = parse_url(path, query, signing)
    assert parsed.authorise(signing, ring.find, 0) == make_recipe({"width": 890})
    assert parsed.expires is not None
