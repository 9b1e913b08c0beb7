"""The two stores, empty."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.storage.aws.http import AwsClient
from edge.storage.aws.sigv4 import AwsRequest, Service
from edge.storage.objects.directory import DirectoryStore
from edge.storage.objects.s3 import S3Store
from edge.storage.objects.store import Store
from tests.s3server import S3Server


@pytest.fixture
def directory(tmp_path: Path) -> DirectoryStore:
    root = tmp_path / "store"
    root.mkdir()
    return DirectoryStore(root)


@pytest.fixture(scope="session")
def empty_bucket(s3_server: S3Server) -> str:
    """A bucket for these tests alone, because they list and empty all of it."""
    service = Service("s3", s3_server.region)
    reply = AwsClient(s3_server.endpoint, service, lambda: s3_server.credentials).send(AwsRequest("PUT", "/stores"))
    assert reply.status == 200
    return "stores"


@pytest.fixture
def bucket(s3_server: S3Server, empty_bucket: str) -> Iterator[S3Store]:
    store = S3Store(empty_bucket, s3_server.region, lambda: s3_server.credentials, s3_server.endpoint)
    yield store
    for key in list(store.list("")):
        store.delete(key)


@pytest.fixture(params=["directory", pytest.param("bucket", marks=pytest.mark.s3)])
def store(request: pytest.FixtureRequest) -> Store:
    """Each of the two stores in turn."""
    fixture: Store = request.getfixturevalue(request.param)
    return fixture
