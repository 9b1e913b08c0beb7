"""Lambda@Edge events, typed: views over the JSON that CloudFront gives and takes.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, NotRequired, TypedDict

from edge.contract.errors import EdgeError

if TYPE_CHECKING:
    from edge.storage.fallback_cache import FallbackImage  # viewer-request has none of a store's code

#: A generated reply at an origin event has at most 1 MB, headers and base64 included; this many raw bytes fit.
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
MAX_BODY = 780_000
#: Read-only in origin-response: a reply without them is a 502.
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html
_READ_ONLY = frozenset({"transfer-encoding", "via"})
#: What S3 said of its own answer and is not true of ours.
_OF_S3 = frozenset({"content-encoding", "content-length", "content-range", "content-type", "etag", "last-modified"})
#: Which error it is, where a picture stands in the body's place.
ERROR_HEADER = "X-Imagehub-Error"
#: The origin custom header that tells where the store is. On AWS there is none: it is the bucket.
STORE_HEADER = "x-imagehub-store"


class Header(TypedDict):
    key: NotRequired[str]
    value: str


Headers = dict[str, list[Header]]


class EventS3Origin(TypedDict):
    domainName: str
    region: NotRequired[str]
    path: NotRequired[str]
    customHeaders: NotRequired[Headers]


class EventOrigin(TypedDict, total=False):
    s3: EventS3Origin


class CloudFrontRequest(TypedDict):
    method: str
    uri: str
    querystring: str
    headers: Headers
    origin: NotRequired[EventOrigin]


class CloudFrontResponse(TypedDict):
    status: str
    statusDescription: NotRequired[str]
    headers: Headers
    body: NotRequired[str]
    bodyEncoding: NotRequired[str]


class Cf(TypedDict):
    request: CloudFrontRequest
    response: NotRequired[CloudFrontResponse]


class Record(TypedDict):
    cf: Cf


class LambdaEvent(TypedDict):
    Records: list[Record]


def header(headers: Headers, name: str) -> str:
    """All values of a header, joined as HTTP joins them; ``""`` where it is absent."""
    return ",".join(entry["value"] for entry in headers.get(name, []))


def store_location(request: CloudFrontRequest) -> str:
    """Where this origin's bytes live, for `edge.storage.objects.location.open_store`.

    The bucket and region of the event; or what an operator wrote into an origin custom header, which visitors
    cannot send: CloudFront overwrites it.
    """
    origin = request["origin"]["s3"]
    told = header(origin.get("customHeaders", {}), STORE_HEADER)
    if told:
        return told
    bucket, _, region = origin["domainName"].rpartition(".s3.")
    return f"s3://{bucket}?region={origin.get('region') or region.removesuffix('.amazonaws.com')}"


def keep_for(response: CloudFrontResponse, cache_control: str) -> CloudFrontResponse:
    """``response``, S3's own with the body that it may have, to be kept so long."""
    response["headers"]["cache-control"] = [{"key": "Cache-Control", "value": cache_control}]
    return response


def fill(
    response: CloudFrontResponse, status: int, headers: Mapping[str, str], body: bytes | str | None
) -> CloudFrontResponse:
    """``response`` turned into our own answer, in place: what CloudFront forbids to drop stays."""
    kept = response["headers"]
    for name in list(kept):
        if name not in _READ_ONLY and (name in _OF_S3 or name.startswith("x-amz-")):
            del kept[name]
    said = {"X-Content-Type-Options": "nosniff", **headers}
    kept.update({name.lower(): [{"key": name, "value": value}] for name, value in said.items()})
    response["status"] = str(status)
    response["statusDescription"] = HTTPStatus(status).phrase
    if body is None:
        response.pop("body", None)
    elif isinstance(body, str):
        response["body"] = body
    else:
        response["body"] = b64encode(body).decode("ascii")
        response["bodyEncoding"] = "base64"
    return response


def fill_error(
    response: CloudFrontResponse,
    error: EdgeError,
    method: str,
    headers: Mapping[str, str],
    picture: FallbackImage | None = None,
) -> CloudFrontResponse:
    """``response`` turned into the answer of contract 4 for ``error``: JSON, or ``picture`` in its place."""
    body: bytes | str = picture.body if picture else json.dumps(error.as_dict())
    content_type = picture.content_type if picture else "application/json"
    facts = {"Content-Type": content_type, ERROR_HEADER: error.code, **headers}
    return fill(response, error.status, facts, None if method == "HEAD" else body)
