"""Events have what API Gateway's have, and what the gateway reads."""

from __future__ import annotations

import json
from typing import Any

import pytest

from edge.payload.function_url import is_function_url
from edge.payload.http_api import read_visitor_request
from infra.local.cloudfront.messages import HttpRequest
from infra.local.http_api.api import ApiRoute, RouteLimit
from infra.local.http_api.events import decoded_path, http_api_event
from tests.machine import ROOT

ROUTE = ApiRoute("GET /v1/files/{key+}", RouteLimit(1, 1))


def event(uri: str, claims: dict[str, Any] | None = None) -> Any:
    headers = (("accept", "image/webp"), ("accept", "image/avif"), ("host", "127.0.0.1:8081"))
    request = HttpRequest("GET", uri, "w=300", headers, "203.0.113.9")
    return http_api_event(request, ROUTE, {"cdn": "https://cdn.example"}, claims)


def test_an_event_has_no_field_that_a_recorded_one_lacks() -> None:
    recorded = json.loads((ROOT / "tests/events/http-api.json").read_text())
    found = event("/v1/files/a.jpg")
    assert found.keys() <= recorded.keys()
    assert found["requestContext"].keys() <= recorded["requestContext"].keys()
    assert found["requestContext"]["http"].keys() == recorded["requestContext"]["http"].keys()


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("/v1/files/caf%C3%A9%20%2B.jpg", "/v1/files/café +.jpg"),
        ("/v1/files/100%25.jpg", "/v1/files/100%.jpg"),
        ("/v1/files/a%3Fb.jpg", "/v1/files/a"),
    ],
)
def test_the_path_is_decoded_and_cut_at_a_question_mark(uri: str, path: str) -> None:
    assert event(uri)["rawPath"] == decoded_path(HttpRequest("GET", uri)) == path


def test_the_gateway_reads_it_as_a_visitors_request() -> None:
    found = event("/v1/files/caf%C3%A9.jpg")
    assert not is_function_url(found)
    request = read_visitor_request(found)
    assert (request.path, request.query, request.accept) == ("/caf%C3%A9.jpg", "w=300", "image/webp,image/avif")
    assert request.cdn == "https://cdn.example"


def test_claims_are_texts() -> None:
    claims = event("/v1/files/a.jpg", {"sub": "local", "exp": 5})["requestContext"]["authorizer"]["jwt"]["claims"]
    assert claims == {"sub": "local", "exp": "5"}
