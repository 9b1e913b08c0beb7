"""A bucket through boto3 gives the edge's guarantees, on a real S3 server, and S3's errors as the app's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from assets.bucket import BucketStore
from assets.errors import StorageRefused
from edge.storage.errors import Denied, Missing, StorageUnavailable
from tests.assets.job_support import serving
from tests.edge.storage.objects.test_store import *  # noqa: F403  # they run with this module's `store`
from tests.s3server import S3Server

pytestmark = pytest.mark.s3


def s3_client(server: S3Server, **options: Any) -> Any:
    arguments = {
        "region_name": server.region,
        "endpoint_url": server.endpoint,
        "aws_access_key_id": server.credentials.access_key,
        "aws_secret_access_key": server.credentials.secret_key,
        "config": Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
    }
    return boto3.Session().client("s3", **{**arguments, **options})


@pytest.fixture(scope="module")
def client(s3_server: S3Server) -> Any:
    """A client, and a bucket of this module's own."""
    client = s3_client(s3_server)
    client.create_bucket(Bucket="boto")
    return client


@pytest.fixture
def store(client: Any) -> Iterator[BucketStore]:
    bucket = BucketStore(client, "boto")
    yield bucket
    for key in list(bucket.list("")):
        bucket.delete(key)


def test_metadata_is_replaced_without_sending_the_bytes(store: BucketStore) -> None:
    store.put("a b+é.jpg", b"image", content_type="image/jpeg", metadata={"version": "1"})
    store.replace_metadata("a b+é.jpg", {"version": "2"})
    found = store.get("a b+é.jpg")
    assert (found.body, found.head.content_type, found.head.metadata) == (b"image", "image/jpeg", {"version": "2"})
    with pytest.raises(Missing):
        store.replace_metadata("none.jpg", {})


def test_metadata_of_an_object_that_is_replaced_at_the_same_time_is_left_alone(store: BucketStore) -> None:
    store.put("a.jpg", b"old", content_type="image/jpeg")
    head = store.head("a.jpg")
    store.put("a.jpg", b"new", content_type="image/jpeg", metadata={"version": "2"})
    assert not store.replace_metadata("a.jpg", {"version": "1"}, head)
    assert store.head("a.jpg").metadata == {"version": "2"}


def test_a_listing_of_several_pages_is_complete(store: BucketStore, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [f"many/{number}.jpg" for number in range(7)]
    for key in keys:
        store.put(key, b"", content_type="image/jpeg")
    paginate = store._client.get_paginator("list_objects_v2").paginate
    pages = list(paginate(Bucket="boto", Prefix="many/", PaginationConfig={"PageSize": 3}))
    assert len(pages) == 3
    assert list(store.list("many/")) == keys


def test_many_objects_are_deleted_by_the_thousand_whether_they_exist_or_not(store: BucketStore, client: Any) -> None:
    calls = []
    client.meta.events.register("before-call.s3.DeleteObjects", lambda **_: calls.append(1), unique_id="count")
    keys = [f"many/a+b é&<{number}>.jpg" for number in range(3)]
    for key in keys:
        store.put(key, b"", content_type="image/jpeg")
    store.put("other.jpg", b"", content_type="image/jpeg")
    store.delete_many([*keys, *(f"many/missing{number}.jpg" for number in range(1500))])
    store.delete_many([])
    client.meta.events.unregister("before-call.s3.DeleteObjects", unique_id="count")
    assert list(store.list("")) == ["other.jpg"]
    assert len(calls) == 2


@pytest.mark.parametrize(
    ("codes", "raised", "answer"),
    [
        (["AccessDenied"], StorageRefused, "AccessDenied for variants/0.webp. Allow what docs/purge.md lists"),
        (["AccessDenied", "InternalError"], StorageUnavailable, "InternalError for variants/1.webp."),
    ],
    ids=["denied", "passing"],
)
def test_what_a_call_did_not_delete_is_reported(codes: list[str], raised: type[Exception], answer: str) -> None:
    errors = "".join(
        f"<Error><Key>variants/{number}.webp</Key><Code>{code}</Code><Message>No</Message></Error>"
        for number, code in enumerate(codes)
    )
    body = f'<DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{errors}</DeleteResult>'
    reply = (200, body.encode(), {"Content-Type": "application/xml"})
    with serving(lambda _: reply) as server, pytest.raises(StorageUnavailable) as caught:
        BucketStore(plain_client(server.url), "boto").delete_many(["variants/0.webp", "variants/1.webp"])
    assert type(caught.value) is raised
    assert f"S3 did not delete {len(codes)} of 2 objects. It answered {answer}" in str(caught.value)


@pytest.mark.parametrize(
    ("status", "code", "raised"),
    [
        (400, "RequestTimeout", StorageUnavailable),
        (403, "RequestLimitExceeded", StorageUnavailable),
        (503, "SlowDown", StorageUnavailable),
        (409, "OperationAborted", StorageUnavailable),
        (403, "AccessDenied", StorageRefused),
        (403, "SignatureDoesNotMatch", StorageRefused),
        (404, "NoSuchBucket", StorageRefused),
    ],
)
def test_errors_that_pass_are_told_from_those_that_stay(status: int, code: str, raised: type[Exception]) -> None:
    body = f"<Error><Code>{code}</Code><Message>No</Message></Error>".encode()
    raises = pytest.raises(StorageUnavailable, match=f"^S3 answered {code}\\.")
    with serving(lambda _: (status, body, {"Content-Type": "application/xml"})) as server, raises as caught:
        BucketStore(plain_client(server.url), "boto").put("a.jpg", b"", content_type="image/jpeg")
    assert type(caught.value) is raised


def plain_client(url: str) -> Any:
    keys: Any = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    config = Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1})
    return boto3.Session().client("s3", region_name="us-east-1", endpoint_url=url, config=config, **keys)


def test_a_wrong_secret_is_final(s3_server: S3Server) -> None:
    stranger = s3_client(s3_server, aws_secret_access_key="wrong")
    with pytest.raises(StorageRefused, match=r"SignatureDoesNotMatch\. Check the AWS credentials"):
        BucketStore(stranger, "boto").put("a.jpg", b"image", content_type="image/jpeg")


def test_a_server_that_refuses_us_or_does_not_answer_is_unavailable_and_not_empty(s3_server: S3Server) -> None:
    stranger = s3_client(s3_server, aws_secret_access_key="wrong")
    nobody = s3_client(s3_server, endpoint_url="http://127.0.0.1:9")
    for client in (stranger, nobody):
        with pytest.raises(StorageUnavailable):
            BucketStore(client, "boto").put("a.jpg", b"image", content_type="image/jpeg")
        with pytest.raises(StorageUnavailable):
            list(BucketStore(client, "boto").list(""))
        with pytest.raises(StorageUnavailable):
            BucketStore(client, "boto").put("a.jpg", b"", content_type="image/jpeg", only_if_absent=True)


class _Refusing:
    """A client whose calls are answered with one error, as S3 spells it."""

    def __init__(self, operation: str, code: str) -> None:
        self._error = ClientError({"Error": {"Code": code}, "ResponseMetadata": {}}, operation)  # type: ignore[typeddict-item]

    def __getattr__(self, name: str) -> Any:
        def refuse(**_: Any) -> None:
            raise self._error

        return refuse


@pytest.mark.parametrize(
    ("operation", "code", "raised"),
    [
        ("GetObject", "NoSuchKey", Missing),
        ("GetObject", "AccessDenied", Denied),
        ("GetObject", "NoSuchBucket", StorageUnavailable),
        ("GetObject", "InvalidAccessKeyId", StorageUnavailable),
        ("HeadObject", "404", Missing),
        ("HeadObject", "403", Denied),
        ("HeadObject", "500", StorageUnavailable),
    ],
)
def test_s3s_error_codes_tell_missing_denied_and_unavailable(
    operation: str, code: str, raised: type[Exception]
) -> None:
    store = BucketStore(_Refusing(operation, code), "bucket")
    with pytest.raises(raised) as caught:
        store.get("a.jpg") if operation == "GetObject" else store.head("a.jpg")
    assert type(caught.value) is raised


def test_a_denied_write_is_unavailable_and_not_a_lost_race() -> None:
    store = BucketStore(_Refusing("PutObject", "AccessDenied"), "bucket")
    with pytest.raises(StorageUnavailable, match=r"S3 answered AccessDenied\."):
        store.put("a.jpg", b"", content_type="image/jpeg", if_match='"1"')
