"""Rotating signing keys, and pages that are rendered before, during and after a rotation."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import SplitResult, parse_qs, urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.template import Context, Template

from assets import aws, links
from assets.errors import SigningKeyStoreError
from assets.signing_key_rotation import PAGE_SECONDS, RotationTooSoonError, rotate, safe_from
from assets.signing_key_stores import open_key_store
from edge.contract.policy import load_policy
from edge.contract.signing import KEEP_SECONDS, KeyRing, SigningKey
from edge.contract.url import parse_url
from edge.storage.signing_keys.cache import SigningKeyCache
from edge.storage.signing_keys.key_file import read_key_file
from edge.storage.signing_keys.location import SigningKeyFile, parse_location
from edge.storage.signing_keys.shared import open_signing_keys, shared_signing_keys
from tests.assets.conftest import change_policy
from tests.secrets_manager import SigningSecret

START = 1_000_000
PAGE = Template('{% load imagehub %}<img src="{% img_url "a.jpg" 333 %}">')


@pytest.fixture(params=["file", "secrets manager"])
def place(
    request: pytest.FixtureRequest, tmp_path: Path, policy_file: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Where a policy names keys, and there are none yet."""
    if request.param == "file":
        location = (tmp_path / "keys.json").as_uri()
    else:
        location = request.getfixturevalue("signing_secret").location
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKID")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    change_policy(policy_file, secret=location)
    shared_signing_keys.cache_clear()
    yield location
    shared_signing_keys.cache_clear()


def ring(place: str) -> KeyRing:
    """As an edge reads it that has just started."""
    return open_signing_keys(place).ring()


def run(*options: str) -> str:
    out = StringIO()
    call_command("rotate_signing_keys", *options, stdout=out)
    return out.getvalue()


def test_the_first_key_signs_at_once(place: str) -> None:
    said = run()
    assert ring(place).previous is None
    assert said == f"Created the first key, {ring(place).current.id}. It signs URLs from now on.\n"


def test_the_current_key_becomes_the_previous_one_and_still_signs(place: str) -> None:
    run()
    before = ring(place)
    said = run()
    after = ring(place)
    assert after.previous == before.current
    assert after.signer(time.time()) == before.current
    assert f"Created key {after.current.id}. {before.current.id} is now the previous key, and both are valid." in said


def test_a_rotation_that_is_too_soon_is_refused_with_the_reason(place: str) -> None:
    run()
    run()
    before = ring(place)
    assert before.previous is not None
    with pytest.raises(
        CommandError,
        match=rf"The keys were not rotated.* signed with {before.previous.id}.*Run this again after .* UTC",
    ):
        run()
    assert ring(place) == before


def test_force_removes_the_previous_key_and_says_so(place: str) -> None:
    run()
    run()
    leaked = ring(place).previous
    assert leaked is not None
    assert f"URLs signed with {leaked.id} turn into 403 everywhere within 300 seconds." in run("--force")
    assert ring(place).find(leaked.id) is None


def test_a_dry_run_prints_the_same_and_changes_nothing(place: str) -> None:
    assert "Created the first key" in run("--dry-run")
    run()
    before = ring(place)
    assert "This was a dry run. Nothing was changed" in run("--dry-run")
    assert ring(place) == before


def test_a_rotation_is_safe_once_no_page_needs_the_previous_key(place: str) -> None:
    at = parse_location(place)
    rotate(at, START)
    second = rotate(at, START + 1).after
    assert safe_from(second) == START + 1 + 2 * KEEP_SECONDS + PAGE_SECONDS
    with pytest.raises(RotationTooSoonError):
        rotate(at, safe_from(second) - 1)
    third = rotate(at, safe_from(second))
    assert third.removed == second.previous
    assert ring(place) == third.after


def test_a_longer_cache_time_delays_the_new_key(tmp_path: Path) -> None:
    place = parse_location((tmp_path / "keys.json").as_uri() + "?keep=3600")
    rotate(place, START)
    assert rotate(place, START).after.signs_from == START + 7200


def test_of_many_rotations_of_a_file_at_once_one_succeeds(tmp_path: Path) -> None:
    place = SigningKeyFile(tmp_path / "keys.json", KEEP_SECONDS)
    first, second = rotate(place, START).after, rotate(place, START).after
    assert second.previous == first.current

    def again(_: int) -> bool:
        try:
            rotate(place, safe_from(second))
        except RotationTooSoonError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(again, range(8))) == [False] * 7 + [True]
    assert read_key_file(place.path).previous == second.current


@pytest.mark.parametrize("call", ["PutSecretValue", "UpdateSecretVersionStage"])
def test_of_two_rotations_of_a_secret_at_once_the_slower_one_fails(
    signing_secret: SigningSecret, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """The other one does all of it while we are about to ``call``."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKID")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    place = parse_location(signing_secret.location)
    first = rotate(place, START).after
    others: list[KeyRing] = []

    def interfere(**_: Any) -> None:
        if not others:
            others.append(first)  # so that the other one is not interfered with
            others[0] = rotate(place, START).after

    make = aws.client

    def client(*args: Any, **options: Any) -> Any:
        client = make(*args, **options)
        client.meta.events.register(f"before-call.secrets-manager.{call}", interfere)
        return client

    monkeypatch.setattr(aws, "client", client)
    with pytest.raises(SigningKeyStoreError, match="Somebody else"):
        rotate(place, START)
    assert others[0].previous == first.current
    assert signing_secret.ring() == others[0]


def test_of_two_first_keys_at_once_one_is_stored(
    signing_secret: SigningSecret, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A secret without a value, as a template makes one: the second key is not put over the first."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKID")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    signing_secret.client.create_secret(Name=signing_secret.name)
    place = parse_location(signing_secret.location)
    with open_key_store(place) as slow:
        assert slow.read() is None
        first = rotate(place, START).after
        with pytest.raises(SigningKeyStoreError, match="Somebody else"):
            slow.write(KeyRing(SigningKey.generate(START)))
    assert ring(signing_secret.location) == first


def test_a_file_of_another_user_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = SigningKeyFile(tmp_path / "keys.json", KEEP_SECONDS)
    first = rotate(place, START).after
    user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: user + 1)
    with pytest.raises(SigningKeyStoreError, match=f"belongs to user {user}"):
        rotate(place, START)
    assert read_key_file(place.path) == first


@pytest.mark.parametrize(
    ("secret", "says"),
    [
        ("", 'Set "secret"'),
        ("vault:keys", '"secret" in policy.json is not valid'),
        ("file:///nowhere/keys.json", "were not changed.*No such file"),
        ("secretsmanager:keys?region=us-east-1&endpoint=http://127.0.0.1:9", "were not changed.*Could not connect"),
    ],
)
def test_the_error_says_what_is_wrong(
    policy_file: Path, monkeypatch: pytest.MonkeyPatch, secret: str, says: str
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKID")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    change_policy(policy_file, secret=secret)
    with pytest.raises(CommandError, match=says):
        run()


def test_a_damaged_file_is_not_overwritten(tmp_path: Path) -> None:
    place = SigningKeyFile(tmp_path / "keys.json", KEEP_SECONDS)
    place.path.write_text("{")
    with pytest.raises(SigningKeyStoreError):
        rotate(place, START, force=True)
    assert place.path.read_text() == "{"


def page() -> SplitResult:
    """The URL in a page that Django renders now."""
    return urlsplit(unescape(PAGE.render(Context()).split('"')[1]))


def signed_with(url: SplitResult) -> str:
    return parse_qs(url.query)["s"][0].partition(".")[0]


def check(url: SplitResult, edge: SigningKeyCache) -> None:
    parse_url(url.path, url.query, load_policy()).authorise(load_policy(), edge.find, time.time())


def test_urls_rendered_before_during_and_after_a_rotation_are_all_valid(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At edges that have read the keys before it, and after."""
    at, now = parse_location(place), int(time.time())
    rotate(at, now - KEEP_SECONDS)
    first = page()
    old_edge = open_signing_keys(place)
    old_edge.ring()

    rotation = rotate(at, now)
    stale = page()
    shared_signing_keys.cache_clear()
    during = page()
    assert rotation.after.previous is not None
    assert {signed_with(url) for url in (first, stale, during)} == {rotation.after.previous.id}
    new_edge = open_signing_keys(place)
    for url in (first, stale, during):
        check(url, old_edge)
        check(url, new_edge)

    settled = SimpleNamespace(time=lambda: rotation.after.signs_from)
    monkeypatch.setattr(links, "time", settled)
    after = page()
    assert signed_with(after) == rotation.after.current.id
    for url in (first, stale, during, after):
        check(url, open_signing_keys(place))
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
