"""Requests to a function URL: what CloudFront's origin group asks after S3 answered that an object is missing.

The group's second origin gets the request that the first one got: the path that viewer-request wrote, with the second
origin's own origin path, of which it has none, and the headers of the origin request policy. A function URL passes on
the path as it was received, percent-encoded.
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html
https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import format_datetime

from edge.contract.verified_query import QUERY_HEADER, read_verified_query
from edge.payload.event import PayloadEvent, header
from edge.payload.reply import MAX_RAW_BODY
from edge.rendering.origin_exchange import OriginExchange

_SUFFIX = re.compile(r"\.lambda-url\.[a-z0-9-]+\.on\.aws")


def is_function_url(event: PayloadEvent) -> bool:
    """Whether Lambda's own URL received the request, which only the distribution may call.

    Everything else is treated as a visitor's request, whose signature is verified.
    """
    context = event["requestContext"]
    name, domain = context["apiId"], context["domainName"]
    return domain.startswith(name) and _SUFFIX.fullmatch(domain[len(name) :]) is not None


def read_exchange(event: PayloadEvent) -> OriginExchange:
    """What CloudFront asked S3 and now asks here.

    The date of S3's answer is not passed on. CloudFront asks here at once, so the time of that is used.
    """
    context = event["requestContext"]
    received = datetime.fromtimestamp(context["timeEpoch"] // 1000, UTC)
    return OriginExchange(
        event["rawPath"],
        context["http"]["method"],
        404,
        format_datetime(received, usegmt=True),
        read_verified_query(header(event, QUERY_HEADER.lower())),
        MAX_RAW_BODY,
    )
