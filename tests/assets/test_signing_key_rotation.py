"""Rotating signing keys, and pages that are rendered before, during and after a rotation."""

from __future__ import annotations

import time
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import SplitResult, parse_qs, urlsplit

import pytest
from django.template import Context, Template

from assets import aws, links
from assets.signing_key_rotation import RotationTooSoonError, rotate
from edge.contract.policy import load_policy
from edge.contract.signing import KEEP_SECONDS, PAGE_SECONDS, SigningKey
from edge.contract.url import parse_url
from edge.storage.signing_keys.cache import SigningKeyCache
from edge.storage.signing_keys.location import parse_location
from edge.storage.signing_keys.shared import open_signing_keys, shared_signing_keys
from tests.assets.conftest import change_policy, read_ring
from tests.secrets_manager import SigningSecret

START = 1_000_000
PAGE = Template('{% load imagehub %}<img src="{% img_url "a.jpg" 333 %}">')


def test_a_rotation_is_safe_once_no_page_needs_the_previous_key(key_location: str) -> None:
    at = parse_location(key_location)
    rotate(at, START)
    second = rotate(at, START + 1).after
    assert second.rotates_from == START + 1 + 2 * KEEP_SECONDS + PAGE_SECONDS
    with pytest.raises(RotationTooSoonError):
        rotate(at, second.rotates_from - 1)
    third = rotate(at, second.rotates_from)
    assert third.removed == second.previous
    assert read_ring(key_location) == third.after


def test_a_longer_cache_time_delays_the_new_key(tmp_path: Path) -> None:
    location = parse_location((tmp_path / "keys.json").as_uri() + "?keep=3600")
    rotate(location, START)
    assert rotate(location, START).after.signs_from == START + 7200


def page() -> SplitResult:
    """The URL in a page that Django renders now."""
    return urlsplit(unescape(PAGE.render(Context()).split('"')[1]))


def signed_with(url: SplitResult) -> str:
    return parse_qs(url.query)["s"][0].partition(".")[0]


def check(url: SplitResult, edge: SigningKeyCache) -> None:
    parse_url(url.path, url.query, load_policy()).authorise(load_policy(), edge.find, time.time())


def test_urls_rendered_before_during_and_after_a_rotation_are_all_valid(
    key_location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At edges that have read the keys before it, and after."""
    at, now = parse_location(key_location), int(time.time())
    rotate(at, now - KEEP_SECONDS)
    first = page()
    old_edge = open_signing_keys(key_location)
    old_edge.ring()

    rotation = rotate(at, now)
    stale = page()
    shared_signing_keys.cache_clear()
    during = page()
    assert rotation.after.previous is not None
    assert {signed_with(url) for url in (first, stale, during)} == {rotation.after.previous.id}
    new_edge = open_signing_keys(key_location)
    for url in (first, stale, during):
        check(url, old_edge)
        check(url, new_edge)

    settled = SimpleNamespace(time=lambda: rotation.after.signs_from)
    monkeypatch.setattr(links, "time", settled)
    after = page()
    assert signed_with(after) == rotation.after.current.id
    for url in (first, stale, during, after):
        check(url, open_signing_keys(key_location))
        check(url, new_edge)


def test_django_reads_a_secret_with_the_credentials_that_boto3_finds(
    signing_secret: SigningSecret, policy_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as a profile's, where the environment has none."""
    signing_secret.put(SigningKey.generate(START))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "credentials").write_text("[default]\naws_access_key_id = AKID\naws_secret_access_key = secret\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    change_policy(policy_file, secret=signing_secret.location)
    aws.session.cache_clear()
    shared_signing_keys.cache_clear()
    assert "s=" in page().query
    aws.session.cache_clear()
    shared_signing_keys.cache_clear()
