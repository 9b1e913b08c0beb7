"""Key rings in files."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from edge.contract.errors import ServiceUnavailable
from edge.contract.signing import KeyRing
from edge.storage.signing_keys.key_file import read_key_file, write_key_file
from edge.storage.signing_keys.shared import open_signing_keys
from tests.edge.storage.signing_keys.keys import NEW, NEWER, OLD


@pytest.mark.parametrize("ring", [KeyRing(NEW, OLD), KeyRing(NEW)])
def test_a_ring_survives_a_round_trip_and_only_its_owner_may_read_it(tmp_path: Path, ring: KeyRing) -> None:
    path = tmp_path / "keys #1.json"
    write_key_file(path, KeyRing(NEWER))
    write_key_file(path, ring)
    assert open_signing_keys(path.as_uri()).ring() == ring
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]
    assert set(json.loads(path.read_text())) == {"current", "previous"}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"current": null}', '{"current": {"id": "a"}}', "\x00"])
def test_a_file_without_a_ring_is_rejected(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"key|Expecting"):
        read_key_file(path)
    with pytest.raises(ServiceUnavailable):
        open_signing_keys(path.as_uri()).ring()


def test_a_missing_file_is_503_and_the_message_shows_no_path(tmp_path: Path) -> None:
    with pytest.raises(ServiceUnavailable) as caught:
        open_signing_keys((tmp_path / "none.json").as_uri()).ring()
    assert str(tmp_path) not in caught.value.message
