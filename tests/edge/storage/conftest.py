"""The two stores, empty, and a server that does as it is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.storage.aws.http import AwsClient
from edge.storage.aws.sigv4 import AwsRequest, Service
from edge.storage.objects.directory import DirectoryStore
from edge.storage.objects.s3 import S3Store
from edge.storage.objects.store import Store
from tests.edge.storage.scripted import Script, run_script
from tests.s3server import S3Server


@pytest.fixture
def directory(tmp_path: Path) -> DirectoryStore:
    root = tmp_path / "store"
    root.mkdir()
    return DirectoryStore(root)


@pytest.fixture(scope="session")
def own_bucket(s3_server: S3Server) -> str:
    """A bucket of these tests alone, since they look at, and empty, the whole of it."""
    service = Service("s3", s3_server.region)
    reply = AwsClient(s3_server.endpoint, service, lambda: s3_server.credentials).send(AwsRequest("PUT", "/contract"))
    assert reply.status == 200
    return "contract"


@pytest.fixture
def bucket(s3_server: S3Server, own_bucket: str) -> Iterator[S3Store]:
    store = S3Store(own_bucket, s3_server.region, lambda: s3_server.credentials, s3_server.endpoint)
    yield store
    for key in list(store.list("")):
        store.delete(key)


@pytest.fixture(params=["directory", pytest.param("bucket", marks=pytest.mark.s3)])
def store(request: pytest.FixtureRequest) -> Store:
    """Each of the two stores in turn."""
    fixture: Store = request.getfixturevalue(request.param)
    return fixture


@pytest.fixture
def script() -> Iterator[Script]:
    with run_script() as server:
        yield server
