"""Replies in payload format 2.0, as function URLs and HTTP APIs accept them."""

from __future__ import annotations

from base64 import b64encode
from typing import TypedDict

from edge.contract.reply import Reply

#: The raw bytes of an image that fit into Lambda's reply of 6 MB, as base64 and with the headers:
#: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
MAX_RAW_BODY = 4_500_000


class PayloadReply(TypedDict):
    statusCode: int
    headers: dict[str, str]
    body: str
    isBase64Encoded: bool


def spell(reply: Reply) -> PayloadReply:
    """``reply`` as Lambda accepts it."""
    is_binary = isinstance(reply.body, bytes)
    body = b64encode(reply.body).decode("ascii") if isinstance(reply.body, bytes) else reply.body or ""
    return {"statusCode": reply.status, "headers": reply.all_headers, "body": body, "isBase64Encoded": is_binary}
