"""Compare-and-set: a write with ``if_match`` succeeds only if nobody has written since, in a directory as in S3."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assets.bucket import BucketStore
from assets.object_store import ObjectStore
from edge.storage.objects.directory import DirectoryStore
from tests.assets.test_bucket import s3_client
from tests.s3server import S3Server

KEY = "config/compared.json"


@pytest.fixture(params=["directory", pytest.param("bucket", marks=pytest.mark.s3)])
def both(request: pytest.FixtureRequest, root: Path) -> Iterator[ObjectStore]:
    if request.param == "directory":
        yield DirectoryStore(root)
        return
    server: S3Server = request.getfixturevalue("s3_server")
    bucket = BucketStore(s3_client(server), server.bucket)
    yield bucket
    bucket.delete(KEY)


def put(store: ObjectStore, body: bytes, if_match: str | None) -> str | None:
    return store.put(KEY, body, content_type="application/json", if_match=if_match)


def test_a_write_that_names_the_current_etag_succeeds(both: ObjectStore) -> None:
    first = put(both, b"1", None)
    second = put(both, b"2", first)
    assert both.head(KEY).etag == second != first
    assert both.get(KEY).body == b"2"


def test_a_write_that_names_an_earlier_etag_writes_nothing(both: ObjectStore) -> None:
    first = put(both, b"1", None)
    put(both, b"2", first)
    assert put(both, b"3", first) is None
    assert both.get(KEY).body == b"2"


def test_a_write_that_names_an_object_that_is_gone_writes_nothing(both: ObjectStore) -> None:
    first = put(both, b"1", None)
    both.delete(KEY)
    assert put(both, b"2", first) is None
    assert list(both.list(KEY)) == []


def test_of_many_writes_that_name_the_same_etag_one_succeeds(both: ObjectStore) -> None:
    for _ in range(5):
        etag = put(both, b"start", None)
        with ThreadPoolExecutor(8) as pool:
            results = list(pool.map(lambda number: put(both, b"%d" % number, etag), range(8)))  # noqa: B023
        [winner] = [number for number, result in enumerate(results) if result]
        assert both.get(KEY).body == b"%d" % winner


def test_many_objects_are_deleted_together(both: ObjectStore) -> None:
    put(both, b"1", None)
    both.delete_many([KEY, "config/missing.json"])
    assert list(both.list(KEY)) == []
