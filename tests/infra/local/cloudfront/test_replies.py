"""The headers of every reply, and CloudFront's own error pages."""

from __future__ import annotations

from infra.local.cloudfront.distribution import ResponseHeader, ResponseHeadersPolicy
from infra.local.cloudfront.messages import HttpRequest, HttpResponse
from infra.local.cloudfront.replies import error_page, finish, storable
from tests.infra.local.cloudfront.stub_site import StubSite


def test_every_reply_has_the_headers_of_the_policy_and_of_cloudfront(site: StubSite) -> None:
    for target in ("/made.txt?make=x", "/missing.txt", "/a.txt?viewer=reply", "/a.txt?viewer=raise"):
        headers = site.get(target, origin="https://example.org").headers
        assert headers["vary"] == "Accept"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["access-control-allow-origin"] == "*"
        assert "x-amz-request-id" not in headers
        assert {"via", "x-amz-cf-id", "x-amz-cf-pop", "date", "server", "content-length"} <= headers.keys()
        assert "transfer-encoding" not in headers


def test_cors_headers_are_for_requests_with_an_origin(site: StubSite) -> None:
    assert "access-control-allow-origin" not in site.get("/made.txt?make=x").headers


def test_an_error_page_escapes_its_message() -> None:
    page = error_page(413, "<script>")
    assert (page.status, b"<script>" in page.body, b"&lt;script&gt;" in page.body) == (413, False, True)


def test_connection_headers_are_not_stored_and_the_length_only_for_head() -> None:
    response = HttpResponse(200, (("connection", "close"), ("content-length", "3"), ("etag", '"1"')))
    assert storable(response).headers == (("etag", '"1"'),)
    assert storable(response, "HEAD").headers == (("content-length", "3"), ("etag", '"1"'))


def test_a_policy_header_without_override_leaves_the_origins_alone() -> None:
    policy = ResponseHeadersPolicy((ResponseHeader("vary", "Accept", False), ResponseHeader("server", "x", True)))
    origin = HttpResponse(200, (("vary", "Origin"), ("server", "AmazonS3")))
    finished = finish(origin, HttpRequest("GET", "/a"), policy, "Hit", 7, "cdn.example")
    assert (finished.header("vary"), finished.header("server"), finished.header("age")) == ("Origin", "x", "7")
    assert finished.header("x-cache") == "Hit from cloudfront"
