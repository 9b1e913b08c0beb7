"""The ASGI application: the request as it was sent, and the length of the reply."""

from __future__ import annotations

from infra.local.cloudfront.app import _MAX_API_BODY
from tests.http_client import ask
from tests.infra.local.cloudfront.stub_site import StubSite


def test_the_path_reaches_the_functions_as_it_was_spelled(site: StubSite) -> None:
    site.get("/a%2Fb%20c+d.txt?make=x")
    assert site.calls("/a%2Fb%20c+d.txt") == ["GET 403 -"]


def test_a_reply_has_the_length_of_its_body_and_a_reply_to_head_that_of_get(site: StubSite) -> None:
    assert site.get("/length.txt?make=hello").headers["content-length"] == "5"
    head = site.get("/length.txt?make=hello", "HEAD")
    assert (head.headers["content-length"], head.body) == ("5", b"")


def test_the_api_reads_no_more_than_its_limit(site: StubSite) -> None:
    path = f"/2020-05-31/distribution/{site.cdn.distribution_id}/invalidation"
    body = b"<InvalidationBatch>" + b" " * _MAX_API_BODY
    reply = ask(site.cdn.url, path, "POST", body, authorization="AWS4-HMAC-SHA256 Credential=x")
    assert (reply.status, b"<Code>MalformedXML</Code>" in reply.body) == (400, True)
