"""The secret of signatures: where it lies, and what happens while it cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from edge.sih.errors import SihError
from edge.sih.secret import SecretCache, SecretLocation
from edge.storage.signing_keys.location import SigningKeySecret
from tests.edge.clock import Clock

KEY = "0123456789abcdef"


def write(path: Path, value: object) -> SecretLocation:
    path.write_text(json.dumps(value))
    return SecretLocation.parse(f"{path.as_uri()}?field=key&keep=60")


def test_a_location_names_the_secret_and_its_field() -> None:
    found = SecretLocation.parse("secretsmanager:site/sih?region=eu-west-1&field=signatureKey")
    assert found.field == "signatureKey"
    assert isinstance(found.where, SigningKeySecret)
    assert (found.where.name, found.where.region) == ("site/sih", "eu-west-1")


@pytest.mark.parametrize(
    "text", ["secretsmanager:a?region=eu-west-1", "a?field=b", "file:///a?field=", "https://a/?field=b"]
)
def test_any_other_location_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"field|location"):
        SecretLocation.parse(text)


def test_the_key_is_read_again_when_it_is_old_and_survives_an_outage(tmp_path: Path) -> None:
    path, clock = tmp_path / "secret.json", Clock()
    cache = SecretCache(write(path, {"key": KEY}), clock=clock)
    assert cache.current() == KEY.encode()
    write(path, {"key": KEY[::-1]})
    assert cache.current() == KEY.encode()
    clock.now += 60
    assert cache.current() == KEY[::-1].encode()
    path.unlink()
    clock.now += 60
    assert cache.current() == KEY[::-1].encode()


@pytest.mark.parametrize("value", [[], {}, {"key": 7}, {"key": "short"}, {"other": KEY}])
def test_without_a_key_no_url_is_valid_until_it_can_be_read(tmp_path: Path, value: object) -> None:
    path, clock = tmp_path / "secret.json", Clock()
    cache = SecretCache(write(path, value), clock=clock)
    for _ in range(2):
        with pytest.raises(SihError) as raised:
            cache.current()
        assert (raised.value.status, raised.value.code) == (500, "SignatureValidationFailure")
    write(path, {"key": KEY})
    clock.now += 10
    assert cache.current() == KEY.encode()
