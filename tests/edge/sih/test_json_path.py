"""Paths that are base64 of JSON: what is one, and which headers it may set."""

from __future__ import annotations

from base64 import b64encode

import pytest

from edge.sih.json_path import allowed_headers, parse_json_path

#: Each pattern of that product's list, headers of our own replies, and those that concern the whole site.
DENIED = (
    *("authorization", "connection", "server", "transfer-encoding", "referrer-policy", "permissions-policy"),
    *("www-authenticate", "proxy-authenticate", "x-api-key", "set-cookie", "x-frame-options", "x-xss-protection"),
    *("x-content-type-options", "strict-transport-security", "permissions-x", "x-amz-meta-cache-tag"),
    *("x-amzn-trace-id", "access-control-allow-origin", "cross-origin-resource-policy", "content-type"),
    *("content-security-policy", "Content-Length", "X-IMAGEHUB-ERROR", "ETag"),
    *("Clear-Site-Data", "Refresh", "Alt-Svc", "Link", "Service-Worker-Allowed", "SourceMap", "Report-To", "NEL"),
)


@pytest.mark.parametrize(
    "path", ["/", "/abcd", "/beach.jpg", "/300x200/a.jpg", "/MTIzNDU=", "/" + b64encode(b"[1]").decode()]
)
def test_a_path_without_a_json_object_is_of_another_grammar(path: str) -> None:
    assert parse_json_path(path) is None


@pytest.mark.parametrize("name", DENIED)
def test_a_header_on_the_list_cannot_be_set(name: str) -> None:
    assert allowed_headers({name: "1", "Cache-Control": "no-cache"}) == {"Cache-Control": "no-cache"}


@pytest.mark.parametrize(
    ("name", "text"),
    [("x\r\ny", "1"), ("", "1"), ("x y", "1"), ("x", "1\r\nset-cookie: a"), ("x", "é"), ("x", 1), ("x", "")],
)
def test_what_no_header_can_be_is_left_out(name: str, text: object) -> None:
    assert allowed_headers({name: text}) == {}


def test_headers_that_are_no_object_are_none() -> None:
    assert allowed_headers(["a"]) == allowed_headers(None) == {}
