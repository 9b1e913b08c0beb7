"""Lambda@Edge events, typed: views over the JSON that CloudFront sends and accepts.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html
"""

from __future__ import annotations

from base64 import b64encode
from http import HTTPStatus
from typing import NotRequired, TypedDict

from edge.contract.reply import Reply
from edge.contract.verified_query import QUERY_HEADER, read_verified_query, spell_verified_query

#: Read-only in origin-response: a reply without them is a 502.
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html
_READ_ONLY = frozenset({"transfer-encoding", "via"})
#: Headers of S3's answer that are not true of ours.
_ABOUT_THE_OBJECT = frozenset(
    {"content-encoding", "content-length", "content-range", "content-type", "etag", "last-modified"}
)
#: The origin custom header that names the store. On AWS it is absent, and the store is the bucket.
STORE_HEADER = "x-imagehub-store"
#: The origin custom header with which an operator stops rendering: what is stored is still served.
RENDERING_HEADER, _RENDERING_OFF = "x-imagehub-rendering", "off"


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
    """All values of a header, joined as HTTP joins them; ``""`` if it is absent."""
    return ",".join(entry["value"] for entry in headers.get(name, []))


def store_location(request: CloudFrontRequest) -> str:
    """The location of this origin's store, for `edge.storage.objects.location.open_store`.

    The bucket and region of the event, or what an operator wrote into an origin custom header. Visitors cannot send
    that header: CloudFront overwrites it.
    """
    origin = request["origin"]["s3"]
    location = header(origin.get("customHeaders", {}), STORE_HEADER)
    if location:
        return location
    bucket, _, region = origin["domainName"].rpartition(".s3.")
    return f"s3://{bucket}?region={origin.get('region') or region.removesuffix('.amazonaws.com')}"


def renders(request: CloudFrontRequest) -> bool:
    """Whether missing variants may be rendered: not if the operator's header says ``off``."""
    return header(request["origin"]["s3"].get("customHeaders", {}), RENDERING_HEADER) != _RENDERING_OFF


def set_verified_query(request: CloudFrontRequest, query: str) -> None:
    """Write `QUERY_HEADER` over whatever the visitor sent under that name."""
    request["headers"][QUERY_HEADER.lower()] = [{"key": QUERY_HEADER, "value": spell_verified_query(query)}]


def verified_query(request: CloudFrontRequest) -> str | None:
    """The query that viewer-request verified; `None` if it did not run or its header was not forwarded."""
    return read_verified_query(header(request["headers"], QUERY_HEADER.lower()))


def generate(reply: Reply) -> CloudFrontResponse:
    """A response of our own."""
    return fill({"status": "", "headers": {}}, reply)


def fill(response: CloudFrontResponse, reply: Reply) -> CloudFrontResponse:
    """``response`` turned into ``reply``, in place: headers that CloudFront forbids to remove stay."""
    headers = response["headers"]
    for name in list(headers):
        if name not in _READ_ONLY and (name in _ABOUT_THE_OBJECT or name.startswith("x-amz-")):
            del headers[name]
    headers.update({name.lower(): [{"key": name, "value": value}] for name, value in reply.all_headers.items()})
    response["status"] = str(reply.status)
    response["statusDescription"] = HTTPStatus(reply.status).phrase
    if reply.body is None:
        response.pop("body", None)
    elif isinstance(reply.body, str):
        response["body"] = reply.body
    else:
        response["body"] = b64encode(reply.body).decode("ascii")
        response["bodyEncoding"] = "base64"
    return response
