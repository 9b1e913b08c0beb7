"""Listings of a bucket, page by page."""

from __future__ import annotations

import pytest

from edge.storage.aws.http import Timeouts
from edge.storage.aws.sigv4 import Credentials
from edge.storage.errors import StorageUnavailable
from edge.storage.objects.s3 import S3Store
from tests.edge.storage.scripted import Script, answer

_CREDENTIALS = Credentials("id", "secret")
_AMPLE = Timeouts(connect=10, read=10)


@pytest.fixture
def scripted(script: Script) -> S3Store:
    return S3Store("images", "us-east-1", lambda: _CREDENTIALS, script.endpoint, _AMPLE)


def test_a_listing_reads_all_pages_and_decodes_object_keys_once(script: Script, scripted: S3Store) -> None:
    page = "<ListBucketResult xmlns='http://s3.amazonaws.com/doc/2006-03-01/'>{}</ListBucketResult>"
    first = page.format(
        "<EncodingType>url</EncodingType><NextContinuationToken>a+/=</NextContinuationToken>"
        "<Contents><Key>p/a+b%2Bc%2520.jpg</Key></Contents>"
    )
    last = page.format("<Contents><Key>p/100%25+.jpg</Key></Contents>")
    script.steps = [answer("200 OK", first.encode()), answer("200 OK", last.encode())]
    assert list(scripted.list("p/")) == ["p/a b+c%20.jpg", "p/100%25+.jpg"]
    assert script.requests[1].startswith(
        b"GET /images/?continuation-token=a%2B%2F%3D&encoding-type=url&list-type=2&prefix=p%2F HTTP/1.1\r\n"
    )


def test_a_listing_that_is_not_xml_is_unavailable_storage(script: Script, scripted: S3Store) -> None:
    script.steps = [answer("200 OK", b"<html><p>Welcome")]
    with pytest.raises(StorageUnavailable):
        list(scripted.list(""))
