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
from botocore.exceptions import ClientError

from assets.signing_key_rotation import rotate as rotate_by_hand
from edge.contract.signing import KEEP_SECONDS, PAGE_SECONDS, Claim, KeyRing, SigningKey
from edge.storage.signing_keys.key_file import parse_key_ring
from edge.storage.signing_keys.location import parse_location
from infra.functions.custom_resource import CustomResourceEvent
from infra.functions.rotate_signing_keys import PUBLISHED_SECONDS, RotationTooEarly, handler
from infra.functions.rotate_signing_keys import _client as client_of
from infra.package import PUBLISHING_ROTATION, ROTATION, build
from infra.reproducible_zip import ZipFile
from infra.wheel_download import PackageError
from tests.edge.storage.scripted import answer as reply
from tests.edge.storage.scripted import run_script
from tests.key_value_store import KeyValueStore
from tests.secrets_manager import REGION, SigningSecret
from tests.services import missing

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
    package = build(ROTATION, tmp_path)
    assert package.size < 100_000
    run_package(package, signing_secret, tmp_path, "sys")
    assert signing_secret.ring().previous == SigningKey("first", bytes(32), 0)


def test_the_function_that_publishes_runs_from_its_package(
    signing_secret: SigningSecret, key_value_store: KeyValueStore, tmp_path: Path
) -> None:
    """Its awscrt is the one of the zip."""
    signing_secret.put(SigningKey("first", bytes(32), 0))
    try:
        # awscrt has another wheel for 3.13 than for the Python that may run this test.
        package = build(PUBLISHING_ROTATION, tmp_path, version=f"{sys.version_info.major}.{sys.version_info.minor}")
    except PackageError as error:
        missing("AWSCRT WHEEL", f"the package that writes the KeyValueStore is NOT tested: {error}")
    assert package.size < PUBLISHING_ROTATION.max_bytes
    run_package(package, signing_secret, tmp_path, "awscrt")
    assert published(key_value_store) == signing_secret.ring()


def run_package(package: ZipFile, secret: SigningSecret, folder: Path, from_zip: str) -> None:
    """Rotate with the unpacked zip. The module ``from_zip``, if it has a file, must be in it."""
    with zipfile.ZipFile(package.path) as archive:
        assert not [name for name in archive.namelist() if name.startswith("edge/image")]
        archive.extractall(folder / "task")
    code = (
        "import json, sys; sys.path.insert(0, sys.argv[1])\n"
        "from infra.functions import rotate_signing_keys\n"
        "module = __import__(sys.argv[5])\n"
        "for each in (rotate_signing_keys, module):\n"
        "    assert getattr(each, '__file__', sys.argv[1]).startswith(sys.argv[1])\n"
        "for step in json.loads(sys.argv[3]):\n"
        "    event = {'Step': step, 'SecretId': sys.argv[2], 'ClientRequestToken': sys.argv[4]}\n"
        "    rotate_signing_keys.handler(event, None)\n"
    )
    arguments = [str(folder / "task"), secret.name, json.dumps(STEPS), str(uuid.uuid4()), from_zip]
    subprocess.run([sys.executable, "-c", code, *arguments], check=True, cwd=folder)


def published(store: KeyValueStore) -> KeyRing:
    return parse_key_ring(store.path("signing-keys").read_text())


def test_the_edge_knows_a_key_before_it_is_current(
    signing_secret: SigningSecret, key_value_store: KeyValueStore
) -> None:
    first = SigningKey("first", bytes(32), 0)
    signing_secret.put(first)
    token = str(uuid.uuid4())
    for step in STEPS[:2]:
        call(signing_secret, step, token)
    ring = published(key_value_store)
    assert SigningKey.parse(current(signing_secret)) == ring.previous == first
    for step in STEPS[2:]:
        call(signing_secret, step, token)
    assert published(key_value_store) == signing_secret.ring() == ring
    assert key_value_store.refused == []


def test_pages_stay_valid_at_every_step(signing_secret: SigningSecret, key_value_store: KeyValueStore) -> None:
    """Whatever a signer reads from the secret, the edge verifies with the entry."""
    signing_secret.put(SigningKey("a", bytes(32), LONG_AGO), SigningKey("b", bytes(range(32)), LONG_AGO))
    call(signing_secret, "publish", "")
    publish_first(signing_secret, key_value_store)
    token, claim, now = str(uuid.uuid4()), Claim("a.jpg", "w333"), time.time()
    for step in (*STEPS, "publish"):
        signed = [claim.sign(signing_secret.ring().signer(moment)) for moment in (now, now + SETTLED)]
        call(signing_secret, step, token)
        for signature in [*signed, claim.sign(signing_secret.ring().signer(now))]:
            claim.verify(signature, published(key_value_store).find, now)


def publish_first(secret: SigningSecret, store: KeyValueStore) -> None:
    """As CloudFormation calls it."""
    properties = {"ServiceToken": "arn", "SecretId": secret.name, "KeyValueStore": store.arn}
    with run_script() as server:
        server.steps = [reply("200 OK", keep_alive=False)]
        event: CustomResourceEvent = {
            "RequestType": "Create",
            "ResponseURL": f"{server.endpoint}/",
            "StackId": "stack",
            "RequestId": "1",
            "LogicalResourceId": "PublishedKeys",
            "ResourceProperties": properties,
        }
        handler(event, None)
        assert b'"SUCCESS"' in server.requests[0]


@pytest.mark.parametrize("step", STEPS)
def test_each_step_may_be_repeated_beside_a_key_value_store(
    signing_secret: SigningSecret, key_value_store: KeyValueStore, step: str
) -> None:
    signing_secret.put(SigningKey("first", bytes(32), 0))
    token = str(uuid.uuid4())
    for each in STEPS:
        for _ in range(2 if each == step else 1):
            call(signing_secret, each, token)
    assert published(key_value_store) == signing_secret.ring()


def test_a_store_that_cannot_be_written_fails_the_rotation_and_changes_no_key(
    signing_secret: SigningSecret, key_value_store: KeyValueStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    signing_secret.put(SigningKey("first", bytes(32), 0))
    monkeypatch.setenv("KEY_VALUE_STORE", f"{key_value_store.arn}x")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        rotate(signing_secret)
    assert SigningKey.parse(current(signing_secret)).id == "first"


def test_a_key_that_was_rotated_by_hand_is_published_by_the_schedule(
    signing_secret: SigningSecret, key_value_store: KeyValueStore
) -> None:
    location = parse_location(signing_secret.location)
    for force in (False, True):
        rotate_by_hand(location, int(time.time()), force=force)
        call(signing_secret, "publish", "")
    assert published(key_value_store) == signing_secret.ring()


def test_the_schedule_asks_nothing_of_a_store_that_has_the_keys_for_long(
    signing_secret: SigningSecret, key_value_store: KeyValueStore
) -> None:
    signing_secret.put(SigningKey("first", bytes(32), int(time.time()) - PUBLISHED_SECONDS - 1))
    call(signing_secret, "publish", "")
    assert key_value_store.calls == []
    # In time: before signers use the key, whenever the schedule runs.
    assert PUBLISHED_SECONDS > 2 * KEEP_SECONDS


def test_a_secret_in_another_region_is_read_there(secrets_manager: str) -> None:
    assert client_of("arn:aws:secretsmanager:eu-west-1:123456789012:secret:x").meta.region_name == "eu-west-1"
    assert client_of("a name").meta.region_name == REGION
