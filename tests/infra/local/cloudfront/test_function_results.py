"""What functions may return, and what CloudFront answers with a 502."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from infra.local.cloudfront.function_results import read_origin_response, read_viewer_request
from infra.local.cloudfront.header_rules import RuleBrokenError
from infra.local.cloudfront.messages import HttpRequest, HttpResponse

REQUEST = HttpRequest("GET", "/a.jpg", "w=300", (("host", "cdn.example"), ("accept", "image/avif")))
HEADERS = {"host": [{"key": "Host", "value": "cdn.example"}], "accept": [{"key": "Accept", "value": "image/avif"}]}
S3_ERROR = HttpResponse(
    403, (("server", "AmazonS3"), ("transfer-encoding", "chunked"), ("via", "1.1 shield")), b"<Error/>"
)
KEPT = {
    "transfer-encoding": [{"key": "Transfer-Encoding", "value": "chunked"}],
    "via": [{"key": "Via", "value": "1.1 shield"}],
}


def request(**changes: Any) -> dict[str, Any]:
    whole = {"clientIp": "127.0.0.1", "headers": HEADERS, "method": "GET", "querystring": "w=300", "uri": "/a.jpg"}
    return whole | changes


def response(**changes: Any) -> dict[str, Any]:
    return {"status": "200", "statusDescription": "OK", "headers": KEPT} | changes


def test_viewer_request_may_rewrite_the_request() -> None:
    rewritten = read_viewer_request(request(uri="/a.jpg/x.avif", querystring=""), REQUEST)
    assert rewritten == HttpRequest("GET", "/a.jpg/x.avif", "", REQUEST.headers)


def test_other_headers_may_be_added_changed_and_removed() -> None:
    headers = {"host": HEADERS["host"], "x-mine": [{"value": "1"}, {"value": "2"}]}
    rewritten = read_viewer_request(request(headers=headers), REQUEST)
    assert rewritten.headers == (("host", "cdn.example"), ("x-mine", "1"), ("x-mine", "2"))


@pytest.mark.parametrize(
    ("result", "rule"),
    [
        (None, "must return a request or a response"),
        ([], "must return a request or a response"),
        (request(headers={}), "tried to delete read-only header, headerName : host"),
        (request(headers=HEADERS | {"via": [{"value": "x"}]}), "tried to add read-only header, headerName : via"),
        (request(headers=HEADERS | {"host": [{"value": "b"}]}), "tried to modify read-only header, headerName : host"),
        (request(headers=HEADERS | {"x-edge-location": [{"value": "b"}]}), "disallowed header, headerName : x-edge-"),
        (request(headers=HEADERS | {"Accept": [{"value": "b"}]}), "lower-case names, headerName : Accept"),
        (request(headers=HEADERS | {"x-a": "b"}), "must be lists"),
        (request(headers=HEADERS | {"x-a": ["b"]}), "an object with key and value"),
        (request(headers=HEADERS | {"x-a": [{"key": "X-B", "value": "b"}]}), "key must be its name"),
        (request(headers=HEADERS | {"x-a": [{"value": "b\r\nc: d"}]}), "characters that HTTP does not allow"),
        (request(headers=HEADERS | {"x-a": [{"value": "b" * 20_480}]}), "at most 20480 bytes"),
        (request(headers=None), "headers must be an object"),
        (request(method="POST"), "method is read-only"),
        (request(clientIp="10.0.0.1"), "clientIp is read-only"),
        (request(uri="a.jpg"), "begins with /"),
        (request(uri="/é.jpg"), "percent-encoded"),
        (request(querystring=None), "percent-encoded"),
        (request(uri="/" + "a" * 8192), "fewer than 8192"),
        (request(origin={}), "'origin' is not a field"),
    ],
)
def test_a_request_that_breaks_a_rule_is_refused(result: object, rule: str) -> None:
    with pytest.raises(RuleBrokenError, match=rule):
        read_viewer_request(result, REQUEST)


def test_without_a_body_the_origins_body_stays_and_an_empty_one_removes_it() -> None:
    assert read_origin_response(response(), S3_ERROR).body == b"<Error/>"
    assert read_origin_response(response(body=""), S3_ERROR).body == b""


def test_a_body_may_be_text_or_base64() -> None:
    assert read_origin_response(response(body="é"), S3_ERROR).body == "é".encode()
    coded = response(body=base64.b64encode(b"\xff\x00").decode(), bodyEncoding="base64")
    assert read_origin_response(coded, S3_ERROR).body == b"\xff\x00"


def test_a_status_may_be_a_number_as_in_aws_samples() -> None:
    assert read_origin_response(response(status=404), S3_ERROR).status == 404


@pytest.mark.parametrize(
    ("result", "rule"),
    [
        ("no", "must return a response"),
        (response(headers={"via": KEPT["via"]}), "tried to delete read-only header, headerName : transfer-encoding"),
        (
            response(headers={"transfer-encoding": KEPT["transfer-encoding"]}),
            "delete read-only header, headerName : via",
        ),
        (response(headers=KEPT | {"x-amz-cf-id": [{"value": "1"}]}), "disallowed header, headerName : x-amz-cf-id"),
        (response(headers=KEPT | {"connection": [{"value": "close"}]}), "disallowed header, headerName : connection"),
        (response(status="199"), "from 200 to 599"),
        (response(status="600"), "from 200 to 599"),
        (response(status=None), "from 200 to 599"),
        (response(body=b"x".hex().encode()), "body must be a string"),
        (response(body="x", bodyEncoding="gzip"), "text or base64"),
        (response(body="not base64!", bodyEncoding="base64"), "not valid base64"),
        (response(status="204", body="x"), "a 204 must not have a body"),
        (response(cookies=[]), "'cookies' is not a field"),
    ],
)
def test_a_response_that_breaks_a_rule_is_refused(result: object, rule: str) -> None:
    with pytest.raises(RuleBrokenError, match=rule):
        read_origin_response(result, S3_ERROR)


def test_a_broken_rule_names_its_source() -> None:
    with pytest.raises(RuleBrokenError, match=r"\(https://docs\.aws\.amazon\.com/.*\.html\)$"):
        read_origin_response(response(status="0"), S3_ERROR)


def test_the_size_limit_counts_the_encoded_body_and_the_headers() -> None:
    headers = sum(len(name) + len(value) + 4 for name, value in S3_ERROR.headers[1:])
    fits = 1024 * 1024 - headers
    assert len(read_origin_response(response(body="x" * fits), S3_ERROR).body) == fits
    with pytest.raises(RuleBrokenError, match=f"have {1024 * 1024 + 1} bytes"):
        read_origin_response(response(body="x" * (fits + 1)), S3_ERROR)
    raw = base64.b64encode(b"x" * 790_000).decode()
    with pytest.raises(RuleBrokenError, match="1048576 are allowed"):
        read_origin_response(response(body=raw, bodyEncoding="base64"), S3_ERROR)


def test_a_reply_of_viewer_request_may_have_40_kilobytes() -> None:
    assert read_viewer_request({"status": "200", "body": "x" * 40_960}, REQUEST) == HttpResponse(200, (), b"x" * 40_960)
    with pytest.raises(RuleBrokenError, match="40960 are allowed"):
        read_viewer_request({"status": "200", "body": "x" * 40_961}, REQUEST)
