"""Fixtures for tests of the app: an empty store, empty caches, a policy and signing keys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages

from assets import aws, cloudfront, preset_revisions, preset_uses
from assets.analysis import rekognition
from assets.conf import config
from assets.jobs import dispatch
from assets.storage_s3 import S3Originals
from edge.contract import policy
from edge.contract.signing import KeyRing, SigningKey
from edge.storage.objects.directory import DirectoryStore
from edge.storage.objects.store import Store
from edge.storage.signing_keys.key_file import write_key_file
from edge.storage.signing_keys.shared import open_signing_keys, shared_signing_keys
from imagehub.celery import app
from infra.local.cloudfront import LocalCloudFront
from tests.assets.job_support import Message, configure, listening
from tests.policy_file import policy_in_force
from tests.s3server import S3Server

KEY = SigningKey("k1", bytes(range(32)), 1)


@pytest.fixture(autouse=True)
def _empty_caches() -> None:
    """What a process caches outlives a test's transaction and its environment."""
    preset_revisions.clear()
    preset_uses.forget()
    dispatch._unavailable.until = 0.0
    aws.session.cache_clear()
    cloudfront._client.cache_clear()
    rekognition._client.cache_clear()


@pytest.fixture(autouse=True)
def root(tmp_path: Path, settings: Any) -> Path:
    """Each test keeps originals, variants and the manifest in a directory of its own."""
    folder = tmp_path / "store"
    folder.mkdir()
    settings.IMAGEHUB = {"CDN_URL": "https://cdn.example", "STORE": folder.as_uri()}
    settings.STORAGES = {
        **settings.STORAGES,
        "originals": {"BACKEND": "assets.storage.DirectoryOriginals", "OPTIONS": {"location": folder}},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick; nobody's passwords
    return folder


@pytest.fixture
def cdn_test(settings: Any) -> None:
    """URLs begin with ``https://cdn.test``, although the setting ends in a slash."""
    settings.IMAGEHUB = {**settings.IMAGEHUB, "CDN_URL": "https://cdn.test/"}


@pytest.fixture
def store(root: Path) -> Store:
    return DirectoryStore(root)


@pytest.fixture
def sent() -> Iterator[list[Message]]:
    """The messages that the test sends to the broker."""
    with listening() as messages:
        yield messages


@pytest.fixture
def eager() -> Iterator[None]:
    """``CELERY_TASK_ALWAYS_EAGER = True``."""
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


@pytest.fixture
def aws_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials that the local CloudFront accepts."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")


@pytest.fixture
def cdn(local_cloudfront: LocalCloudFront, settings: Any) -> LocalCloudFront:
    """A CloudFront before the storage. Without this fixture there is no distribution."""
    configure(settings, local_cloudfront.store, local_cloudfront.url, local_cloudfront.distribution_id)
    return local_cloudfront


@pytest.fixture
def s3_bucket(s3_server: S3Server, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Originals]:
    """Originals, variants and the manifest are in a bucket of a real S3 server. It is empty afterwards."""
    for name, value in s3_server.environment.items():
        monkeypatch.setenv(name, value)
    options = {"bucket_name": s3_server.bucket, "region_name": s3_server.region, "endpoint_url": s3_server.endpoint}
    backend = {"BACKEND": "assets.storage_s3.S3Originals", "OPTIONS": options}
    settings.IMAGEHUB = {**settings.IMAGEHUB, "STORE": s3_server.location}
    settings.STORAGES = {**settings.STORAGES, "originals": backend}
    storage = storages["originals"]
    assert isinstance(storage, S3Originals)
    yield storage
    storage.store.delete_many(list(storage.store.list("")))


@pytest.fixture
def aws_clients(s3_bucket: S3Originals, local_cloudfront: LocalCloudFront, settings: Any) -> list[Any]:
    """The boto3 clients that the app uses with a bucket and a distribution, as on AWS."""
    settings.IMAGEHUB = {
        **settings.IMAGEHUB,
        "CDN_URL": local_cloudfront.url,
        "DISTRIBUTION_ID": local_cloudfront.distribution_id,
        "CLOUDFRONT_ENDPOINT": local_cloudfront.url,
    }
    return [s3_bucket.connection.meta.client, cloudfront._client(config().cloudfront_endpoint)]


@pytest.fixture
def static_files(tmp_path: Path, settings: Any) -> None:
    """Static files under their own names, without a `collectstatic`."""
    settings.STATIC_ROOT = str(tmp_path)
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def policy_file(tmp_path: Path) -> Iterator[Path]:
    """A policy of the test's own: write it, and it is in force."""
    path = tmp_path / "policy.json"
    path.write_bytes(policy.BAKED.read_bytes())
    with policy_in_force(path):
        yield path


@pytest.fixture
def signing(policy_file: Path, tmp_path: Path) -> Iterator[KeyRing]:
    """A key to sign with."""
    ring = KeyRing(KEY)
    write_key_file(tmp_path / "keys.json", ring)
    change_policy(policy_file, secret=(tmp_path / "keys.json").as_uri())
    shared_signing_keys.cache_clear()
    yield ring
    shared_signing_keys.cache_clear()


def change_policy(path: Path, **changes: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_bytes()), **changes}))
    policy.load_policy.cache_clear()


@pytest.fixture(params=["file", "secrets manager"])
def key_location(
    request: pytest.FixtureRequest, tmp_path: Path, policy_file: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Where the policy says the signing keys are. There are none yet."""
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


def read_ring(location: str) -> KeyRing:
    """The key ring as an edge that has just started reads it."""
    return open_signing_keys(location).ring()
