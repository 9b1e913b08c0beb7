"""The two stores, empty, and a server that does as it is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.store import Store
from edge.store.directory import DirectoryStore
from edge.store.s3 import S3Store
from tests.edge.store.scripted import Script, run_script
from tests.s3server import S3Server


@pytest.fixture
def directory(tmp_path: Path) -> DirectoryStore:
    root = tmp_path / "store"
    root.mkdir()
    return DirectoryStore(root)


@pytest.fixture
def bucket(s3_server: S3Server) -> Iterator[S3Store]:
    store = S3Store(s3_server.bucket, s3_server.region, lambda: s3_server.credentials, s3_server.endpoint)
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
