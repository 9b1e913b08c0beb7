"""Store locations, as settings and the edge write them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from edge.storage.objects.directory import DirectoryStore
from edge.storage.objects.location import open_store, spell_bucket
from edge.storage.objects.s3 import S3Store
from tests.edge.storage.scripted import Script, answer
from tests.s3server import S3Server


def test_a_folder_is_a_directory_store(tmp_path: Path) -> None:
    folder = tmp_path / "a folder #1?"
    folder.mkdir()
    store = open_store(folder.as_uri())
    assert isinstance(store, DirectoryStore)
    assert store.root == folder


def test_the_same_location_is_the_same_store(tmp_path: Path) -> None:
    assert open_store(tmp_path.as_uri()) is open_store(tmp_path.as_uri())


def test_a_bucket_is_an_s3_store() -> None:
    assert isinstance(open_store("s3://pictures?region=eu-west-1"), S3Store)
    assert isinstance(open_store("s3+https://s3.example.org/pictures?region=eu-west-1"), S3Store)


def test_credentials_come_from_the_environment(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "FROMLAMBDA")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token")
    script.steps = [answer("200 OK", b"body")]
    store = open_store(f"s3+{script.endpoint}/pictures?region=eu-west-1")
    assert store.get("a b.jpg").body == b"body"
    (request,) = script.requests
    assert request.startswith(b"GET /pictures/a%20b.jpg HTTP/1.1\r\n")
    assert b"Credential=FROMLAMBDA/" in request
    assert b"/eu-west-1/s3/aws4_request" in request
    assert b"x-amz-security-token: token\r\n" in request


@pytest.mark.s3
def test_a_bucket_on_another_server_is_an_s3_store(s3_server: S3Server) -> None:
    store = open_store(s3_server.location, lambda: s3_server.credentials)
    store.put("location/a.jpg", b"body", content_type="image/jpeg")
    assert store.get("location/a.jpg").body == b"body"
    store.delete("location/a.jpg")


@pytest.mark.parametrize(
    "location",
    [
        "",
        "/var/pictures",
        "file:relative",
        "file://host/folder",
        "file:///folder?x=1",
        "file:///folder#x",
        "s3://pictures",
        "s3://pictures?region=",
        "s3://pictures?region=eu/west",
        "s3://pictures?region=eu-west-1&regoin=x",
        "s3://pictures/prefix?region=eu-west-1",
        "s3://Pictures_?region=eu-west-1",
        "s3://?region=eu-west-1",
        "s3+http://127.0.0.1:8333?region=us-east-1",
        "s3+http://127.0.0.1:8333/a/b?region=us-east-1",
        "s3+http:///pictures?region=us-east-1",
        "s3+ftp://host/pictures?region=us-east-1",
        "gs://pictures",
    ],
)
def test_an_invalid_location_is_rejected_with_the_valid_forms(location: str) -> None:
    with pytest.raises(ValueError, match=r"file:///|http\[s\]://host"):
        open_store(location)


def test_opening_a_bucket_imports_nothing_slow() -> None:
    program = """
import sys
from edge.storage.objects.location import open_store
open_store("s3://pictures?region=eu-west-1")
print(*(set(sys.modules) & {"boto3", "botocore", "django", "xml.etree.ElementTree", "requests", "urllib3", "asyncio"}))
"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == ""


@pytest.mark.parametrize(
    ("endpoint", "location"),
    [
        ("", "s3://images?region=eu-west-1"),
        ("http://127.0.0.1:8333/", "s3+http://127.0.0.1:8333/images?region=eu-west-1"),
    ],
)
def test_a_bucket_is_spelled_as_a_location(endpoint: str, location: str) -> None:
    assert spell_bucket("images", "eu-west-1", endpoint) == location
    assert isinstance(open_store(location), S3Store)
