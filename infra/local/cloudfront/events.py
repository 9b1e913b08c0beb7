"""The events that Lambda@Edge functions are called with.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from edge.lambda_event import STORE_HEADER
from infra.local.cloudfront.distribution import S3Origin
from infra.local.cloudfront.messages import REASONS, Headers, Request, Response

Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Identity:
    """Which distribution calls."""

    distribution_id: str
    domain: str


def viewer_request(identity: Identity, request: Request) -> Event:
    return _event(identity, "viewer-request", request=_request(request))


def origin_response(identity: Identity, origin: S3Origin, store: str, request: Request, response: Response) -> Event:
    """``request`` is what went to the origin, ``response`` the origin's answer, whose body functions never see."""
    s3 = {
        # With OAC too: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html
        "authMethod": "none",
        "customHeaders": spell_headers(((STORE_HEADER, store),)),
        "domainName": origin.domain,
        "path": origin.path,
        "region": origin.region,
    }
    answer = {
        "headers": spell_headers(response.headers),
        "status": str(response.status),
        "statusDescription": REASONS.get(response.status, ""),
    }
    return _event(identity, "origin-response", request=_request(request) | {"origin": {"s3": s3}}, response=answer)


def spell_headers(headers: Headers) -> dict[str, list[dict[str, str]]]:
    spelled: dict[str, list[dict[str, str]]] = {}
    for name, value in headers:
        key = "-".join(part.capitalize() for part in name.split("-"))
        spelled.setdefault(name, []).append({"key": key, "value": value})
    return spelled


def _request(request: Request) -> dict[str, Any]:
    return {
        "clientIp": request.client_ip,
        "headers": spell_headers(request.headers),
        "method": request.method,
        "querystring": request.querystring,
        "uri": request.uri,
    }


def _event(identity: Identity, kind: str, **parts: dict[str, Any]) -> Event:
    config = {
        "distributionDomainName": identity.domain,
        "distributionId": identity.distribution_id,
        "eventType": kind,
        "requestId": uuid.uuid4().hex,
    }
    return {"Records": [{"cf": {"config": config, **parts}}]}
