"""Requests to an HTTP API, which decodes paths."""

from __future__ import annotations

import unicodedata

import pytest

from edge.contract.url import parse_url
from edge.payload.function_url import is_function_url
from edge.payload.http_api import VisitorRequest, read_visitor_request, read_whole_request
from tests.edge.events import function_url, http_api
from tests.edge.originals import POLICY

#: How a path is sent, and the key that it means.
PATHS = {
    "/images/photo.png": "images/photo.png",
    "/caf%C3%A9%20%2B.jpg": "café +.jpg",
    "/a+b.jpg": "a+b.jpg",
    "/a%2Bb.jpg": "a+b.jpg",
    "/100%25.jpg": "100%.jpg",
    "/50%25%20off.jpg": "50% off.jpg",
    "/a%23b%26c.jpg": "a#b&c.jpg",
    "/cafe%CC%81.jpg": "café.jpg",
    "/%F0%9F%8E%A8.jpg": "🎨.jpg",
    "/a%2Fb.jpg": "a/b.jpg",
}


@pytest.mark.parametrize("sent", PATHS)
def test_a_decoded_path_means_the_key_that_was_sent(sent: str) -> None:
    event = http_api(f"{sent}?w=300&f=png")
    request = read_visitor_request(event)
    assert not is_function_url(event)
    key = parse_url(request.path, request.query, POLICY).key
    assert key == unicodedata.normalize("NFC", PATHS[sent]) == parse_url(sent, "", POLICY).key


def test_an_api_that_leaves_the_escape_of_a_percent_sign_is_understood_too() -> None:
    event = http_api("/100%25.jpg")
    event["rawPath"] = "/v1/files/100%25.jpg"
    assert read_visitor_request(event).path == "/100%25.jpg"


def test_a_key_is_cut_at_a_question_mark_so_it_is_another_key() -> None:
    assert read_visitor_request(http_api("/a%3Fb.jpg?w=300")).path == "/a"


def test_what_is_no_text_is_replaced() -> None:
    event = http_api("/")
    event["rawPath"] = "/v1/files/\ud800.jpg"
    assert read_visitor_request(event).path == "/%3F.jpg"


def test_the_request_has_what_the_visitor_sent_and_the_operators_cdn() -> None:
    event = http_api(
        "/a.jpg?w=300&s=a%2Fb", "HEAD", accept="image/webp", if_none_match='"1"', cdn="https://cdn.example/"
    )
    assert read_visitor_request(event) == VisitorRequest(
        "/a.jpg", "w=300&s=a%2Fb", "HEAD", "image/webp", '"1"', "https://cdn.example"
    )


def test_without_a_base_path_and_without_variables_the_whole_path_is_the_images() -> None:
    event = http_api("/a.jpg")
    event |= {"routeKey": "$default", "rawPath": "/a.jpg", "stageVariables": None}
    request = read_visitor_request(event)
    assert (request.path, request.cdn) == ("/a.jpg", "")


def test_the_whole_request_of_a_function_url_keeps_its_path_as_it_was_sent() -> None:
    event = function_url("/sih/a%2Fb%20c.jpg")
    assert read_whole_request(event, decoded=False).path == "/sih/a%2Fb%20c.jpg"


@pytest.mark.parametrize(
    ("if_none_match", "etag", "has"),
    [
        ('"a"', '"a"', True),
        ('W/"a"', '"a"', True),
        ('"b", "a"', 'W/"a"', True),
        ("*", '"a"', True),
        ('"b"', '"a"', False),
        ("", '"a"', False),
        ("*", "", False),
    ],
)
def test_a_browser_has_the_image_if_it_names_its_etag(if_none_match: str, etag: str, has: bool) -> None:
    assert VisitorRequest("/a.jpg", "", "GET", if_none_match=if_none_match).has(etag) is has
