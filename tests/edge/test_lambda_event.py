"""Events and responses as CloudFront spells them."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

import pytest

from edge import lambda_event
from edge.contract.reply import Reply
from tests.edge import events


def request_to(domain: str, **origin: Any) -> Any:
    return {"method": "GET", "uri": "/", "origin": {"s3": {"domainName": domain, **origin}}}


@pytest.mark.parametrize(
    ("request_", "location"),
    [
        (request_to("images.s3.eu-west-1.amazonaws.com", region="eu-west-1"), "s3://images?region=eu-west-1"),
        (request_to("my.images.s3.us-east-1.amazonaws.com"), "s3://my.images?region=us-east-1"),
        (
            request_to("x.s3.x.amazonaws.com", customHeaders={lambda_event.STORE_HEADER: [{"value": "file:///store"}]}),
            "file:///store",
        ),
    ],
)
def test_the_store_is_the_bucket_unless_an_origin_header_names_another(request_: Any, location: str) -> None:
    assert lambda_event.store_location(request_) == location


def test_the_values_of_a_header_are_joined() -> None:
    headers: lambda_event.Headers = {"accept": [{"value": "image/webp"}, {"value": "*/*"}]}
    assert lambda_event.header(headers, "accept") == "image/webp,*/*"
    assert lambda_event.header(headers, "cookie") == ""


@pytest.mark.parametrize(
    ("body", "spelled"), [("text", {"body": "text"}), (None, {}), (b"\xff\x00", {"bodyEncoding": "base64"})]
)
def test_a_reply_is_spelled_as_a_response(body: str | bytes | None, spelled: dict[str, str]) -> None:
    response: Any = lambda_event.generate(Reply(404, {"Cache-Control": "max-age=10"}, body))
    if isinstance(body, bytes):
        assert b64decode(response.pop("body")) == body
    assert response == spelled | {
        "status": "404",
        "statusDescription": "Not Found",
        "headers": {
            "x-content-type-options": [{"key": "X-Content-Type-Options", "value": "nosniff"}],
            "cache-control": [{"key": "Cache-Control", "value": "max-age=10"}],
        },
    }


def test_filling_a_response_keeps_read_only_headers_and_removes_those_about_s3s_object() -> None:
    response = events.origin_response("/", "")["Records"][0]["cf"]["response"]
    response["headers"] |= {"etag": [{"value": '"s3"'}], "x-custom": [{"value": "stays"}]}
    filled = lambda_event.fill(response, Reply(200, {}, "text"))
    assert filled is response
    assert {"transfer-encoding", "via", "x-custom", "x-content-type-options"} <= set(filled["headers"])
    assert not {"etag", "content-type", "x-amz-request-id"} & set(filled["headers"])


@pytest.mark.parametrize("query", ["w=300&v=1f2e3d4c", ""])
def test_the_verified_query_replaces_what_the_visitor_sent_under_its_name(query: str) -> None:
    request = events.viewer_request("/a.jpg")["Records"][0]["cf"]["request"]
    assert lambda_event.verified_query(request) is None
    request["headers"]["x-imagehub-query"] = [{"key": "x-ImageHub-Query", "value": each} for each in ("?w=1", "?w=2")]
    lambda_event.set_verified_query(request, query)
    assert lambda_event.verified_query(request) == query
    assert request["headers"]["x-imagehub-query"] == [{"key": "X-Imagehub-Query", "value": f"?{query}"}]


@pytest.mark.parametrize("value", ["", "w=300"])
def test_a_header_that_viewer_request_did_not_write_holds_no_query(value: str) -> None:
    request = events.viewer_request("/a.jpg")["Records"][0]["cf"]["request"]
    request["headers"]["x-imagehub-query"] = [{"value": value}]
    assert lambda_event.verified_query(request) is None


@pytest.mark.parametrize(("text", "renders"), [(None, True), ("on", True), ("", True), ("off", False)])
def test_an_operator_can_stop_rendering(text: str | None, renders: bool) -> None:
    headers = {} if text is None else {lambda_event.RENDERING_HEADER: [{"key": "X-Imagehub-Rendering", "value": text}]}
    assert lambda_event.renders(request_to("x.s3.x.amazonaws.com", customHeaders=headers)) is renders
