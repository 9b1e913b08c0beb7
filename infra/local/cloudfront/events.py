"""The events that Lambda@Edge functions are called with.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from edge.lambda_event import STORE_HEADER
from infra.local.cloudfront.distribution import S3Origin
from infra.local.cloudfront.messages import REASONS, Headers, HttpRequest, HttpResponse

Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DistributionIdentity:
    """The distribution that calls the function."""

    distribution_id: str
    domain: str


def viewer_request(identity: DistributionIdentity, request: HttpRequest) -> Event:
    return _event(identity, "viewer-request", request=_describe(request))


def origin_response(
    identity: DistributionIdentity, origin: S3Origin, store: str, request: HttpRequest, response: HttpResponse
) -> Event:
    """``request`` is what CloudFront sent to the origin. ``response`` goes in without its body, as on Lambda@Edge.

    ``store`` is the location of the object store, passed in the origin custom header that the renderer reads.
    """
    s3 = {
        # "none" with origin access control too.
        "authMethod": "none",
        "customHeaders": spell_headers((*origin.headers, (STORE_HEADER, store))),
        "domainName": origin.domain,
        "path": origin.path,
        "region": origin.region,
    }
    described = {
        "headers": spell_headers(response.headers),
        "status": str(response.status),
        "statusDescription": REASONS.get(response.status, ""),
    }
    return _event(identity, "origin-response", request=_describe(request) | {"origin": {"s3": s3}}, response=described)


def spell_headers(headers: Headers) -> dict[str, list[dict[str, str]]]:
    """Headers in the shape of the events: lists of ``{"key", "value"}`` under lower-case names."""
    spelled: dict[str, list[dict[str, str]]] = {}
    for name, value in headers:
        key = "-".join(part.capitalize() for part in name.split("-"))
        spelled.setdefault(name, []).append({"key": key, "value": value})
    return spelled


def _describe(request: HttpRequest) -> dict[str, Any]:
    return {
        "clientIp": request.client_ip,
        "headers": spell_headers(request.headers),
        "method": request.method,
        "querystring": request.querystring,
        "uri": request.uri,
    }


def _event(identity: DistributionIdentity, kind: str, **parts: dict[str, Any]) -> Event:
    config = {
        "distributionDomainName": identity.domain,
        "distributionId": identity.distribution_id,
        "eventType": kind,
        "requestId": uuid.uuid4().hex,
    }
    return {"Records": [{"cf": {"config": config, **parts}}]}
