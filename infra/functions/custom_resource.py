"""Answers CloudFormation, which waits for a custom resource's reply at a presigned URL.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
"""

from __future__ import annotations

import json
import logging
import urllib.request
from collections.abc import Callable, Mapping
from typing import NotRequired, TypedDict

log = logging.getLogger("imagehub.rotation")


class CustomResourceEvent(TypedDict):
    """``RequestType`` is Create, Update or Delete."""

    RequestType: str
    ResponseURL: str
    StackId: str
    RequestId: str
    LogicalResourceId: str
    PhysicalResourceId: NotRequired[str]
    ResourceProperties: Mapping[str, str]


def answer(event: CustomResourceEvent, work: Callable[[Mapping[str, str]], None]) -> None:
    """Do ``work`` with the resource's properties, and report how it ended. A deletion has nothing to do.

    The properties are also the resource's attributes.
    """
    properties = event["ResourceProperties"]
    status, reason = "SUCCESS", ""
    try:
        if event["RequestType"] != "Delete":
            work(properties)
    except Exception as error:
        # Without a reply, CloudFormation would wait until its own time is over.
        log.exception("unexpected")
        status, reason = "FAILED", f"{type(error).__name__}: {error}"
    reply = {
        "Status": status,
        "Reason": reason[:1000],
        "PhysicalResourceId": event.get("PhysicalResourceId") or event["LogicalResourceId"],
        "Data": dict(properties),
    }
    reply |= {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    # The signature covers an empty Content-Type.
    request = urllib.request.Request(  # noqa: S310 # CloudFormation's URL
        event["ResponseURL"], json.dumps(reply).encode(), {"Content-Type": ""}, method="PUT"
    )
    with urllib.request.urlopen(request, timeout=30):  # noqa: S310
        log.info("%s %s", event["RequestType"], status)
