"""How S3's answers are understood: missing objects, denied access, errors, conditional writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest

from edge.storage.aws.http import Timeouts
from edge.storage.aws.sigv4 import Credentials
from edge.storage.errors import Denied, StorageUnavailable
from edge.storage.objects.rules import etag_of
from edge.storage.objects.s3 import S3Store, bucket_address
from tests.edge.storage.scripted import Script, answer, error, hang_up
from tests.s3server import S3Server

_CREDENTIALS = Credentials("id", "secret")
_AMPLE = Timeouts(connect=10, read=10)


@pytest.fixture
def scripted(script: Script) -> S3Store:
    return S3Store("images", "us-east-1", lambda: _CREDENTIALS, script.endpoint, _AMPLE)


def _put(store: S3Store, *, only_if_absent: bool = False) -> str | None:
    return store.put("a.jpg", b"body", content_type="image/jpeg", only_if_absent=only_if_absent)


def test_the_date_header_is_the_stores_clock(script: Script, scripted: S3Store) -> None:
    script.steps = [answer("200 OK", b"body", content_type="image/jpeg")]
    head = scripted.get("a.jpg").head
    assert head.last_modified == datetime(2026, 11, 2, 10, tzinfo=UTC)
    assert head.now == datetime(2026, 11, 2, 11, tzinfo=UTC)


@pytest.mark.parametrize("status", ["500 Internal Server Error", "503 Slow Down", "429 Too Many Requests"])
def test_a_lasting_failure_is_unavailable_storage_and_not_a_missing_object(
    script: Script, scripted: S3Store, status: str
) -> None:
    for access in (scripted.get, scripted.head, scripted.delete, _put_key(scripted), _list_prefix(scripted)):
        script.steps = [error(status, "SlowDown")] * 2
        with pytest.raises(StorageUnavailable):
            access("a.jpg")


def _put_key(store: S3Store) -> Callable[[str], object]:
    return lambda key: store.put(key, b"body", content_type="image/jpeg")


def _list_prefix(store: S3Store) -> Callable[[str], object]:
    return lambda prefix: list(store.list(prefix))


@pytest.mark.parametrize("status", ["400 Bad Request", "403 Forbidden"])
@pytest.mark.parametrize(
    "code", ["InvalidAccessKeyId", "SignatureDoesNotMatch", "RequestTimeTooSkewed", "ExpiredToken", "NoSuchBucket"]
)
def test_a_rejected_request_is_not_a_missing_object(script: Script, scripted: S3Store, status: str, code: str) -> None:
    script.steps = [error(status, code)] * 3
    for access in (scripted.get, scripted.delete, _put_key(scripted)):
        with pytest.raises(StorageUnavailable, match=code):
            access("a.jpg")


def test_without_the_right_to_list_a_missing_object_is_denied(script: Script, scripted: S3Store) -> None:
    script.steps = [error("403 Forbidden", "AccessDenied"), answer("403 Forbidden")]
    for access in (scripted.get, scripted.head):
        with pytest.raises(Denied):
            access("a.jpg")


def test_a_denied_write_is_unavailable_storage(script: Script, scripted: S3Store) -> None:
    script.steps = [error("403 Forbidden", "AccessDenied")] * 2
    for access in (scripted.delete, _put_key(scripted)):
        with pytest.raises(StorageUnavailable, match="AccessDenied"):
            access("a.jpg")


@pytest.mark.parametrize("status", ["412 Precondition Failed", "409 Conflict"])
def test_a_conditional_write_loses_against_an_earlier_one(script: Script, scripted: S3Store, status: str) -> None:
    script.steps = [error(status, "PreconditionFailed")]
    assert _put(scripted, only_if_absent=True) is None
    assert b"if-none-match: *\r\n" in script.requests[0]


def test_a_conditional_write_recognises_its_own_object_if_the_first_response_was_lost(
    script: Script, scripted: S3Store
) -> None:
    lost = [hang_up, error("412 Precondition Failed", "PreconditionFailed")]
    script.steps = [*lost, answer("200 OK", etag=etag_of(b"body"))]
    assert _put(scripted, only_if_absent=True) == etag_of(b"body")
    script.steps = [*lost, answer("200 OK", etag=etag_of(b"other"))]
    assert _put(scripted, only_if_absent=True) is None
    script.steps = [*lost, answer("404 Not Found")]
    assert _put(scripted, only_if_absent=True) is None


@pytest.mark.s3
def test_a_real_server_rejects_wrong_credentials(s3_server: S3Server) -> None:
    good = s3_server.credentials
    for credentials in (replace(good, secret_key="wrong"), replace(good, access_key="nobody")):
        store = S3Store(s3_server.bucket, s3_server.region, partial(replace, credentials), s3_server.endpoint)
        for access in (store.get, store.delete, _put_key(store), _list_prefix(store)):
            with pytest.raises(StorageUnavailable, match="403"):
                access("a.jpg")


@pytest.mark.s3
def test_a_bucket_that_does_not_exist_is_unavailable_storage(s3_server: S3Server) -> None:
    store = S3Store("elsewhere", s3_server.region, lambda: s3_server.credentials, s3_server.endpoint)
    for access in (store.get, _list_prefix(store)):
        with pytest.raises(StorageUnavailable, match="NoSuchBucket"):
            access("a.jpg")


def test_a_bucket_on_aws_has_its_own_host_unless_its_name_has_a_dot() -> None:
    assert bucket_address("images", "eu-west-1") == ("https://images.s3.eu-west-1.amazonaws.com", "/")
    assert bucket_address("my.images", "eu-west-1") == ("https://s3.eu-west-1.amazonaws.com", "/my.images/")
    assert bucket_address("images", "x", "http://127.0.0.1:1") == ("http://127.0.0.1:1", "/images/")
