"""Signatures are the same as botocore's."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from unittest.mock import patch

import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotoCredentials
from hypothesis import given
from hypothesis import strategies as st

from edge.contract.url_path import encode_path
from edge.storage.aws.sigv4 import AwsRequest, Credentials, Service, from_environment, presign, sign
from edge.storage.errors import StorageUnavailable
from tests.edge.storage.objects.test_store import ODD_KEYS

_NOW = datetime(2026, 11, 23, 9, 30, 15, tzinfo=UTC)
_HOST = "pictures.s3.eu-west-1.amazonaws.com"
_S3 = Service("s3", "eu-west-1")
_TEXT = st.text(st.characters(codec="utf-8"), max_size=30)
_HEADER = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=30)


def _theirs(request: AwsRequest, service: Service, credentials: Credentials) -> str:
    """The Authorization header that botocore gives the same request at the same time."""
    signer = botocore.auth.S3SigV4Auth if service.name == "s3" else botocore.auth.SigV4Auth
    boto = BotoCredentials(credentials.access_key, credentials.secret_key, credentials.token)
    theirs = AWSRequest(
        request.method, f"https://{_HOST}{request.target}", headers=dict(request.headers), data=request.body
    )
    if service.name != "s3":  # S3's signer adds it; ours does for all services
        theirs.headers["X-Amz-Content-SHA256"] = sign(request, service, credentials, _NOW)["x-amz-content-sha256"]
    theirs.context["payload_signing_enabled"] = True
    with patch.object(botocore.auth, "get_current_datetime", lambda **_: _NOW.replace(tzinfo=None)):
        signer(boto, service.name, service.region).add_auth(theirs)
    authorization: str = theirs.headers["Authorization"]
    return authorization


def _check_same(request: AwsRequest, service: Service = _S3, credentials: Credentials | None = None) -> None:
    credentials = credentials or Credentials("AKID", "secret/+=")
    request = AwsRequest(request.method, request.path, request.query, {**request.headers, "host": _HOST}, request.body)
    assert sign(request, service, credentials, _NOW)["authorization"] == _theirs(request, service, credentials)


@pytest.mark.parametrize("key", ODD_KEYS.values(), ids=ODD_KEYS.keys())
def test_object_keys_are_signed_as_by_botocore(key: str) -> None:
    for method in ("GET", "HEAD", "DELETE"):
        _check_same(AwsRequest(method, "/" + encode_path(key)))


@given(st.dictionaries(_TEXT.filter(bool), _TEXT, max_size=5))
def test_queries_are_signed_as_by_botocore(query: dict[str, str]) -> None:
    _check_same(AwsRequest("GET", "/", list(query.items())))


@given(
    st.binary(max_size=200),
    st.dictionaries(st.from_regex(r"x-amz-meta-[a-z0-9-]{1,10}", fullmatch=True), _HEADER, max_size=4),
)
def test_bodies_and_headers_are_signed_as_by_botocore(body: bytes, headers: dict[str, str]) -> None:
    _check_same(AwsRequest("PUT", "/a.jpg", (), {**headers, "if-none-match": "*", "content-type": "image/jpeg"}, body))


def test_temporary_credentials_sign_as_with_botocore() -> None:
    _check_same(AwsRequest("GET", "/a.jpg"), credentials=Credentials("ASIA", "secret", "a/token+that==ends"))


def test_requests_to_another_service_are_signed_as_by_botocore() -> None:
    headers = {"content-type": "application/x-amz-json-1.1", "x-amz-target": "secretsmanager.GetSecretValue"}
    _check_same(AwsRequest("POST", "/", (), headers, b'{"SecretId": "keys"}'), Service("secretsmanager", "us-east-1"))


@given(st.sampled_from(sorted(ODD_KEYS.values())), st.sampled_from([None, "token/+="]))
def test_links_are_signed_as_by_botocore(key: str, token: str | None) -> None:
    credentials, boto = Credentials("AKID", "secret", token), BotoCredentials("AKID", "secret", token)
    request = AwsRequest("GET", f"/{encode_path(key).replace('%7E', '~')}")
    theirs = AWSRequest("GET", f"https://{_HOST}{request.target}")
    with patch.object(botocore.auth, "get_current_datetime", lambda **_: _NOW.replace(tzinfo=None)):
        botocore.auth.S3SigV4QueryAuth(boto, "s3", "eu-west-1", expires=60).add_auth(theirs)
    ours = presign(request, _HOST, _S3, credentials, _NOW, 60)
    path, _, query = str(theirs.url).removeprefix(f"https://{_HOST}").partition("?")
    assert ours.partition("?")[0] == path
    assert sorted(ours.partition("?")[2].split("&")) == sorted(query.split("&"))


def test_printing_credentials_shows_no_secret() -> None:
    assert "hidden" not in repr(Credentials("AKID", "hidden", "hidden"))


def test_credentials_come_from_the_variables_that_lambda_sets() -> None:
    variables = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_SESSION_TOKEN": "c"}
    with patch.dict(os.environ, variables):
        assert from_environment() == Credentials("a", "b", "c")
        del os.environ["AWS_SESSION_TOKEN"]
        assert from_environment() == Credentials("a", "b", None)


@pytest.mark.parametrize("name", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
def test_an_environment_without_credentials_is_unavailable_storage(name: str) -> None:
    with patch.dict(os.environ, {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}):
        del os.environ[name]
        with pytest.raises(StorageUnavailable, match=name):
            from_environment()
