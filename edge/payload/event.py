"""Events in payload format 2.0, typed: what is read of the JSON that function URLs and HTTP APIs send.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

from typing import NotRequired, TypedDict


class HttpDescription(TypedDict):
    method: str


class RequestContext(TypedDict):
    #: For a function URL the id in its host name.
    apiId: str
    domainName: str
    http: HttpDescription
    #: When the request was received: Unix time in milliseconds.
    timeEpoch: int


class PayloadEvent(TypedDict):
    """``headers`` have lower-case names; several values of a name are joined by commas."""

    version: str
    routeKey: str
    rawPath: str
    rawQueryString: str
    headers: dict[str, str]
    requestContext: RequestContext
    #: Of an HTTP API only: what the operator wrote into its stage.
    stageVariables: NotRequired[dict[str, str]]


def header(event: PayloadEvent, name: str) -> str:
    """All values of a header, joined; ``""`` if it is absent."""
    return event["headers"].get(name, "")
