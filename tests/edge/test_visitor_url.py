"""What a visitor's URL asks for. tests/edge/test_viewer_request.py and the vectors test the grammar."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from edge import visitor_url
from edge.contract.errors import Forbidden, ServiceUnavailable
from edge.contract.signing import KeyRing, SigningKey
from edge.storage.signing_keys.key_file import write_key_file
from tests.edge.originals import POLICY


def test_a_url_is_read_with_the_baked_policy() -> None:
    found = visitor_url.read_visitor_url("/photo.jpg", "width=300", "image/webp")
    assert (found.variant.uri, found.query) == (f"/photo.jpg/any.{POLICY.rev}/w300.webp", "w=300")


def test_signatures_are_verified_with_the_keys_that_the_policy_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ServiceUnavailable, match="has no signing keys"):
        visitor_url.read_visitor_url("/photo.jpg", "w=333&s=none." + "A" * 22, "")
    write_key_file(tmp_path / "keys.json", KeyRing(SigningKey.generate(0)))
    signing = replace(POLICY, secret=(tmp_path / "keys.json").as_uri())
    monkeypatch.setattr(visitor_url, "load_policy", lambda: signing)
    with pytest.raises(Forbidden, match="not valid for this image"):
        visitor_url.read_visitor_url("/photo.jpg", "w=333&s=none." + "A" * 22, "")
