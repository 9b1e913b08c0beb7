"""The viewer-request handler, called as Lambda calls it."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge import viewer_request, visitor_url
from edge.contract import policy
from edge.contract.recipe import make_recipe
from edge.contract.request import ImageRequest
from edge.contract.signing import KeyRing, SigningKey
from edge.storage.signing_keys.key_file import write_key_file
from tests.edge.events import value
from tests.edge.events import viewer_request as event

REV = policy.load_policy().rev


def call(event_: Any) -> Any:
    """The reply to an event."""
    return viewer_request.handler(event_, None)


@pytest.mark.parametrize(
    ("url", "accept", "uri"),
    [
        ("/images/photo.png?w=150&h=150", "image/avif,image/webp", "/images/photo.png/any.REV/w150_h150_fcover.avif"),
        ("/image.png?w=300", "image/webp", "/image.png/any.REV/w300.webp"),
        ("/photo.jpg", "*/*", "/photo.jpg/any.REV/full.basic"),
        ("/photo.jpg?w=300&f=png&v=0123abcd", "image/avif,image/webp", "/photo.jpg/0123abcd.REV/w300.png"),
        ("/caf%C3%A9%20%2B.jpg?p=card.3", "", "/caf%C3%A9%20%2B.jpg/any.REV/p.card.3.basic"),
        ("/cafe%CC%81.jpg?w=300", "", "/caf%C3%A9.jpg/any.REV/w300.basic"),
    ],
)
def test_a_public_url_becomes_a_variant_key(url: str, accept: str, uri: str) -> None:
    result = call(event(url, accept))
    assert result["uri"] == uri.replace("REV", REV)
    assert result["querystring"] == ""


def test_nothing_else_in_the_request_changes() -> None:
    event_ = event("/photo.jpg")
    before = json.loads(json.dumps(event_))["Records"][0]["cf"]["request"]
    after = call(event_)
    del after["headers"]["x-imagehub-query"]
    assert {**after, "uri": before["uri"]} == before


@pytest.mark.parametrize(
    ("url", "verified"), [("/photo.jpg?width=300&utm_x=1&v=0123abcd", "?w=300&v=0123abcd"), ("/photo.jpg", "?")]
)
def test_the_verified_query_is_passed_on_and_never_the_visitors_header(url: str, verified: str) -> None:
    event_ = event(url)
    event_["Records"][0]["cf"]["request"]["headers"]["x-imagehub-query"] = [{"key": "x", "value": "?w=9999"}]
    assert value(call(event_), "x-imagehub-query") == verified


@pytest.mark.parametrize(
    ("url", "status", "code"),
    [
        ("/photo.jpg?w=abc", 400, "parameter_invalid"),
        ("/photo.jpg?w=3&w=3", 400, "parameter_repeated"),
        ("/photo.jpg?size=3", 400, "parameter_unknown"),
        ("/photo.jpg?" + "w" * 8000, 400, "query_too_long"),
        ("/%2e%2e/photo.jpg", 400, "key_invalid"),
        ("/photo%.jpg", 400, "path_invalid"),
        ("/photo.jpg?q=50", 403, "signature_missing"),
    ],
)
def test_an_error_is_a_small_json_document(url: str, status: int, code: str) -> None:
    result = call(event(url))
    assert result["status"] == str(status)
    body = json.loads(result["body"])
    assert (body["status"], body["code"]) == (status, code)
    assert value(result, "content-type") == "application/json"
    assert value(result, "cache-control") == "no-store"
    assert value(result, "x-content-type-options") == "nosniff"
    assert len(json.dumps(result)) < 40_000


def test_an_error_for_head_has_no_body() -> None:
    assert "body" not in call(event("/photo.jpg?w=abc", method="HEAD"))


def test_without_signing_keys_a_signed_url_is_503() -> None:
    result = call(event("/photo.jpg?w=333&s=k1.AAAAAAAAAAAAAAAAAAAAAA"))
    assert result["status"] == "503"


def test_a_signed_url_is_verified_with_the_keys_at_the_policys_location(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = KeyRing(SigningKey.generate(0))
    write_key_file(tmp_path / "keys.json", ring)
    signing = replace(policy.load_policy(), secret=(tmp_path / "keys.json").as_uri())
    monkeypatch.setattr(visitor_url, "load_policy", lambda: signing)
    url = ImageRequest("a.jpg", make_recipe({"width": 333})).signed(signing, ring, 1).spell()
    assert call(event(url, "image/webp"))["uri"] == f"/a.jpg/any.{REV}/w333.webp"
    assert call(event(url.replace("w=333", "w=334")))["status"] == "403"


def test_an_unexpected_error_reveals_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitor_url, "load_policy", lambda: 1 / 0)
    result = call(event("/photo.jpg"))
    assert result["status"] == "500"
    assert "division" not in result["body"]


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_any_request_gets_one_of_our_replies(path: str, query: str, accept: str) -> None:
    event_ = event("/photo.jpg", accept)
    request = event_["Records"][0]["cf"]["request"]
    request["uri"], request["querystring"] = "/" + path, query
    result = call(event_)
    assert result.get("status", "200") in ("200", "400", "403", "503")


def test_it_imports_nothing_but_the_standard_library_and_edge() -> None:
    script = "import sys, edge.viewer_request; print(*{name.partition('.')[0] for name in sys.modules})"
    loaded = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(Path.cwd())!r}); {script}"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert not {
        name
        for name in loaded
        if name not in sys.stdlib_module_names
        and name not in ("edge", "__main__")
        and not name.startswith(("_", "sitecustomize", "distutils"))
    }
