"""An HTTP API as its template describes it: which routes there are, who may ask, and how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local.cloudfront.cloudformation import Reference, Template, TemplateError


@dataclass(frozen=True, slots=True)
class RouteLimit:
    """At most so many requests a second, and so many at once."""

    rate: float
    burst: int


@dataclass(frozen=True, slots=True)
class Tokens:
    """Who issues JSON Web Tokens, and whom they must be for."""

    issuer: str
    audiences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ApiRoute:
    """``key`` is a method and a path whose last part is a greedy variable. Without ``tokens`` everybody may ask."""

    key: str
    limit: RouteLimit
    tokens: Tokens | None = None

    def matches(self, method: str, path: str) -> bool:
        own, _, template = self.key.partition(" ")
        start = template.partition("{")[0]
        return own == method and path.startswith(start) and len(path) > len(start)


@dataclass(frozen=True, slots=True)
class HttpApi:
    """``variables`` are those of its stage."""

    routes: tuple[ApiRoute, ...]
    variables: Mapping[str, str]

    def route(self, method: str, path: str) -> ApiRoute | None:
        """The route of a request with the decoded ``path``; None if there is none."""
        return next((route for route in self.routes if route.matches(method, path)), None)


def read_api(path: Path, parameters: Mapping[str, Any]) -> HttpApi:
    """The API of the template at ``path``. Raises `TemplateError` for what is not known here."""
    template = Template.read(path, parameters)
    stage = template.resolve(template.only("AWS::ApiGatewayV2::Stage"))
    general = _limit(stage["DefaultRouteSettings"])
    own = {key: _limit(settings) for key, settings in (stage.get("RouteSettings") or {}).items()}
    routes = []
    for logical_id, resource in template.document["Resources"].items():
        if resource["Type"] == "AWS::ApiGatewayV2::Route" and _exists(template, resource):
            route = template.resolve(template.properties(Reference(logical_id), resource["Type"]))
            key = _checked(route["RouteKey"])
            routes.append(ApiRoute(key, own.get(key, general), _tokens(template, route)))
    return HttpApi(tuple(routes), stage.get("StageVariables", {}))


def _exists(template: Template, resource: Mapping[str, Any]) -> bool:
    name = resource.get("Condition")
    return name is None or bool(template.resolve(template.document["Conditions"][name]))


def _checked(key: str) -> str:
    if not key.endswith("/{key+}"):
        raise TemplateError(f"the route {key} does not end in a greedy variable, which is not supported here")
    return key


def _tokens(template: Template, route: Mapping[str, Any]) -> Tokens | None:
    kind = route["AuthorizationType"]
    if kind == "NONE":
        return None
    if kind != "JWT":
        raise TemplateError(f"the authorizer {kind} is not supported here, since there is no IAM: use jwt")
    authorizer = template.resolve(template.properties(route["AuthorizerId"], "AWS::ApiGatewayV2::Authorizer"))
    config = authorizer["JwtConfiguration"]
    return Tokens(config["Issuer"], tuple(config["Audience"]))


def _limit(settings: Mapping[str, Any]) -> RouteLimit:
    return RouteLimit(float(settings["ThrottlingRateLimit"]), int(settings["ThrottlingBurstLimit"]))
