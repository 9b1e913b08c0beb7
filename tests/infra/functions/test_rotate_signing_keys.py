"""The rotation function against Secrets Manager over HTTP, called as Secrets Manager calls it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import uuid
import zipfile
from pathlib import Path

import pytest

from edge.contract.signing import KEEP_SECONDS, PAGE_SECONDS, Claim, KeyRing, SigningKey
from infra.functions.rotate_signing_keys import RotationTooEarly, handler
from infra.package import PACKAGES, build
from tests.secrets_manager import REGION, SigningSecret

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
LONG_AGO = 1_000_000
#: The oldest current key with which a rotation is safe.
SETTLED = 2 * KEEP_SECONDS + PAGE_SECONDS


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, secrets_manager: str) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKID")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("SECRETS_MANAGER_ENDPOINT", secrets_manager)


def call(secret: SigningSecret, step: str, token: str) -> None:
    handler({"Step": step, "SecretId": secret.name, "ClientRequestToken": token}, None)


def rotate(secret: SigningSecret) -> str:
    token = str(uuid.uuid4())
    for step in STEPS:
        call(secret, step, token)
    return token


def stages(secret: SigningSecret) -> dict[str, list[str]]:
    found: dict[str, list[str]] = secret.client.describe_secret(SecretId=secret.name)["VersionIdsToStages"]
    return found


def test_the_first_rotation_of_the_stacks_own_key(signing_secret: SigningSecret) -> None:
    first = SigningKey("first", bytes(32), 0)
    signing_secret.put(first)
    rotate(signing_secret)
    ring = signing_secret.ring()
    assert ring.previous == first
    assert ring.current.id != first.id
    assert abs(ring.current.created - time.time()) < 60


def test_pages_stay_valid_across_rotations(signing_secret: SigningSecret) -> None:
    """A URL that was signed before a rotation verifies after it, and so does one signed after it."""
    first = SigningKey("first", bytes(32), 0)
    signing_secret.put(first)
    claim, now = Claim("a.jpg", "w333"), time.time()
    signed = claim.sign(KeyRing(first).signer(now))
    rotate(signing_secret)
    ring = signing_secret.ring()
    claim.verify(signed, ring.find, now)
    claim.verify(claim.sign(ring.signer(now)), ring.find, now)
    assert ring.signer(now) == ring.previous, "edges may not have read the new key"
    assert ring.signer(now + 2 * KEEP_SECONDS + 60) == ring.current


def test_a_rotation_that_would_break_pages_fails_and_changes_nothing(signing_secret: SigningSecret) -> None:
    signing_secret.put(SigningKey("a", bytes(32), LONG_AGO), SigningKey("b", bytes(32), int(time.time()) - 3600))
    before = stages(signing_secret)
    with pytest.raises(RotationTooEarly, match="Cached pages may use the previous key"):
        rotate(signing_secret)
    assert stages(signing_secret) == before


def test_a_rotation_is_possible_as_soon_as_no_page_needs_the_previous_key(signing_secret: SigningSecret) -> None:
    current = SigningKey("b", bytes(32), int(time.time()) - SETTLED - 1)
    signing_secret.put(SigningKey("a", bytes(32), LONG_AGO), current)
    rotate(signing_secret)
    assert signing_secret.ring().previous == current


@pytest.mark.parametrize("step", STEPS)
def test_each_step_may_be_repeated(signing_secret: SigningSecret, step: str) -> None:
    """Secrets Manager calls again if an answer was lost."""
    signing_secret.put(SigningKey("first", bytes(32), 0))
    token = str(uuid.uuid4())
    for each in STEPS:
        call(signing_secret, each, token)
        if each == step:
            pending = signing_secret.client.get_secret_value(SecretId=signing_secret.name, VersionId=token)
            call(signing_secret, each, token)
            again = signing_secret.client.get_secret_value(SecretId=signing_secret.name, VersionId=token)
            assert again["SecretString"] == pending["SecretString"]
    assert signing_secret.ring().previous == SigningKey("first", bytes(32), 0)
    assert sorted(stage for each in stages(signing_secret).values() for stage in each) == ["AWSCURRENT", "AWSPREVIOUS"]


def test_a_rotation_that_stopped_half_way_is_finished_by_the_next_calls(signing_secret: SigningSecret) -> None:
    signing_secret.put(SigningKey("first", bytes(32), 0))
    token = str(uuid.uuid4())
    call(signing_secret, "createSecret", token)
    assert SigningKey.parse(current(signing_secret)).id == "first"
    for step in STEPS:
        call(signing_secret, step, token)
    assert signing_secret.ring().previous == SigningKey("first", bytes(32), 0)


def current(secret: SigningSecret) -> str:
    return str(secret.client.get_secret_value(SecretId=secret.name)["SecretString"])


def test_a_pending_key_that_does_not_work_is_not_made_current(signing_secret: SigningSecret) -> None:
    signing_secret.put(SigningKey("first", bytes(32), 0))
    token = str(uuid.uuid4())
    signing_secret.client.put_secret_value(
        SecretId=signing_secret.name, ClientRequestToken=token, SecretString="{}", VersionStages=["AWSPENDING"]
    )
    with pytest.raises(ValueError, match="not a signing key"):
        call(signing_secret, "testSecret", token)
    with pytest.raises(ValueError, match="There is no version"):
        call(signing_secret, "testSecret", str(uuid.uuid4()))


def test_a_secret_without_a_value_says_what_to_do(signing_secret: SigningSecret) -> None:
    signing_secret.client.create_secret(Name=signing_secret.name)
    with pytest.raises(ValueError, match="Create the first key"):
        call(signing_secret, "createSecret", str(uuid.uuid4()))


def test_the_function_runs_from_its_package(signing_secret: SigningSecret, tmp_path: Path) -> None:
    """Lambda's Python brings boto3; all else is in the zip."""
    signing_secret.put(SigningKey("first", bytes(32), 0))
    spec = next(each for each in PACKAGES if each.name == "rotate-signing-keys")
    package = build(spec, tmp_path)
    assert package.size < 100_000
    with zipfile.ZipFile(package.path) as archive:
        assert not [name for name in archive.namelist() if name.startswith("edge/image")]
        archive.extractall(tmp_path / "task")
    code = (
        "import json, sys; sys.path.insert(0, sys.argv[1])\n"
        "from infra.functions import rotate_signing_keys\n"
        "assert rotate_signing_keys.__file__.startswith(sys.argv[1])\n"
        "for step in json.loads(sys.argv[3]):\n"
        "    event = {'Step': step, 'SecretId': sys.argv[2], 'ClientRequestToken': sys.argv[4]}\n"
        "    rotate_signing_keys.handler(event, None)\n"
    )
    arguments = [str(tmp_path / "task"), signing_secret.name, json.dumps(STEPS), str(uuid.uuid4())]
    subprocess.run([sys.executable, "-c", code, *arguments], check=True, cwd=tmp_path)
    assert signing_secret.ring().previous == SigningKey("first", bytes(32), 0)
