"""The HTTP API as its template describes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from edge.api_routes import FILES, IMAGES
from infra.local.cloudfront.cloudformation import TemplateError
from infra.local.http_api.api import ApiRoute, HttpApi, RouteLimit, Tokens, read_api
from infra.local.http_api.process import TEMPLATE

GIVEN = {"GatewayFunction": "gateway", "CdnUrl": "https://cdn.example"}
JWT = {"Authorizer": "jwt", "JwtIssuer": "https://issuer.example", "JwtAudience": "programs"}


def read(**parameters: Any) -> HttpApi:
    return read_api(TEMPLATE, GIVEN | parameters)


def test_images_are_for_everybody_and_facts_for_those_with_a_token() -> None:
    tokens = Tokens("https://issuer.example", ("programs",))
    general, own = RouteLimit(50, 100), RouteLimit(20, 40)
    assert read(**JWT) == HttpApi(
        (
            ApiRoute(f"GET {FILES}", general),
            ApiRoute(f"HEAD {FILES}", general),
            ApiRoute(f"GET {IMAGES}", own, tokens),
            ApiRoute(f"HEAD {IMAGES}", own, tokens),
        ),
        {"cdn": "https://cdn.example"},
    )


def test_without_an_authorizer_there_are_no_facts() -> None:
    assert [route.key for route in read().routes] == [f"GET {FILES}", f"HEAD {FILES}"]


def test_limits_are_parameters() -> None:
    found = read(**JWT, RequestsPerSecond=7, Burst=8, FactsPerSecond=1, FactsBurst=2)
    assert [route.limit for route in found.routes] == [
        RouteLimit(7, 8),
        RouteLimit(7, 8),
        RouteLimit(1, 2),
        RouteLimit(1, 2),
    ]


def test_iam_is_not_supported_here_and_that_is_said() -> None:
    with pytest.raises(TemplateError, match="AWS_IAM is not supported here, since there is no IAM: use jwt"):
        read(Authorizer="iam")


def test_a_route_that_could_not_be_matched_is_an_error(tmp_path: Path) -> None:
    template = tmp_path / "api.yaml"
    template.write_text(TEMPLATE.read_text().replace("GET /v1/files/{key+}", "GET /v1/files/{key}"))
    with pytest.raises(TemplateError, match="does not end in a greedy variable"):
        read_api(template, GIVEN)


@pytest.mark.parametrize(
    ("method", "path", "key"),
    [
        ("GET", "/v1/files/a.jpg", f"GET {FILES}"),
        ("HEAD", "/v1/files/images/a.jpg", f"HEAD {FILES}"),
        ("GET", "/v1/images/files/a.jpg", f"GET {IMAGES}"),
        ("GET", "/v1/images/", None),
        ("GET", "/v1/images", None),
        ("GET", "/v2/images/a.jpg", None),
        ("GET", "/a.jpg", None),
        ("POST", "/v1/images/a.jpg", None),
        ("OPTIONS", "/v1/images/a.jpg", None),
    ],
)
def test_a_request_has_the_route_of_its_method_and_path(method: str, path: str, key: str | None) -> None:
    found = read(**JWT).route(method, path)
    assert (found and found.key) == key
