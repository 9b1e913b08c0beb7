"""``manage.py rotate_signing_keys``: what it prints, and what it refuses."""

from __future__ import annotations

import time
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.assets.conftest import change_policy, read_ring


def run(*options: str) -> str:
    out = StringIO()
    call_command("rotate_signing_keys", *options, stdout=out)
    return out.getvalue()


def test_the_first_key_signs_at_once(key_location: str) -> None:
    output = run()
    assert read_ring(key_location).previous is None
    assert output == f"Created the first key, {read_ring(key_location).current.id}. It signs URLs from now on.\n"


def test_the_current_key_becomes_the_previous_one_and_still_signs(key_location: str) -> None:
    run()
    before = read_ring(key_location)
    output = run()
    after = read_ring(key_location)
    assert after.previous == before.current
    assert after.signer(time.time()) == before.current
    assert f"Created key {after.current.id}. {before.current.id} is now the previous key, and both are valid." in output


def test_a_rotation_that_is_too_soon_is_refused_with_the_reason(key_location: str) -> None:
    run()
    run()
    before = read_ring(key_location)
    assert before.previous is not None
    with pytest.raises(
        CommandError,
        match=rf"The keys were not rotated.* signed with {before.previous.id}.*Run this again after .* UTC",
    ):
        run()
    assert read_ring(key_location) == before


def test_force_removes_the_previous_key_and_says_so(key_location: str) -> None:
    run()
    run()
    leaked = read_ring(key_location).previous
    assert leaked is not None
    assert f"URLs signed with {leaked.id} turn into 403 everywhere within 3600 seconds." in run("--force")
    assert read_ring(key_location).find(leaked.id) is None


def test_a_dry_run_prints_the_same_and_changes_nothing(key_location: str) -> None:
    assert "Created the first key" in run("--dry-run")
    run()
    before = read_ring(key_location)
    assert "This was a dry run. Nothing was changed" in run("--dry-run")
    assert read_ring(key_location) == before


@pytest.mark.parametrize(
    ("secret", "message"),
    [
        ("", 'Set "secret"'),
        ("vault:keys", '"secret" in policy.json is not valid'),
        ("file:///nowhere/keys.json", "were not changed.*No such file"),
        ("secretsmanager:keys?region=us-east-1&endpoint=http://127.0.0.1:9", "were not changed.*Could not connect"),
    ],
)
def test_the_error_says_what_is_wrong(
    policy_file: Path, monkeypatch: pytest.MonkeyPatch, secret: str, message: str
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKID")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    change_policy(policy_file, secret=secret)
    with pytest.raises(CommandError, match=message):
        run()
