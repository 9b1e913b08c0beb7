"""Variants that are too big for a generated reply."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from edge import cooking, origin_response, request
from edge.cloudfront import MAX_BODY
from edge.recipe import make
from edge.signing import Key, KeyRing
from edge.store.directory import DirectoryStore
from edge.store.keyring import write_keys
from tests.edge.doors.events import value
from tests.edge.doors.support import POLICY, noise


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


def test_it_never_loops(store: DirectoryStore, ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ask("full", cls="png")
    monkeypatch.setattr(cooking, "_CLOCK_GRAIN", -cooking._CLOCK_GRAIN)
    response = ask("full", cls="png")
    assert (response["status"], json.loads(response["body"])["code"]) == ("500", "variant_unreadable")


def test_where_it_needs_a_signature_the_redirect_has_one(
    tmp_path: Path, ask: Any, monkeypatch: pytest.MonkeyPatch
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
