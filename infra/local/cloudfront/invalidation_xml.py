"""The XML documents of the invalidation API.

https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html
https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ListInvalidations.html
"""

from __future__ import annotations

import uuid
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from datetime import UTC, datetime
from xml.etree.ElementTree import Element

from infra.local.cloudfront.invalidation_batch import ApiError, InvalidationBatch
from infra.local.cloudfront.invalidation_store import StoredInvalidation
from infra.local.cloudfront.messages import HttpResponse

_NAMESPACE = "http://cloudfront.amazonaws.com/doc/2020-05-31/"


def parse_batch(body: bytes) -> tuple[InvalidationBatch, int]:
    """Return the batch in a request's body, and the quantity of paths that it claims to have. Raises `ApiError`."""
    if not body.strip():
        raise ApiError(400, "MissingBody", "This operation requires a body.")
    try:
        root = ET.fromstring(body)  # noqa: S314 # only this machine calls, and expat 2.4.1 stops entity bombs
        for element in root.iter():
            # ElementTree puts the namespace before each name, as {namespace}name.
            element.tag = element.tag.rpartition("}")[2]
        paths = tuple(path.text or "" for path in root.findall("Paths/Items/Path"))
        return InvalidationBatch(root.findtext("CallerReference", ""), paths), int(root.findtext("Paths/Quantity", ""))
    except (ET.ParseError, ValueError):
        raise ApiError(400, "MalformedXML", "The body is not an InvalidationBatch.") from None


def invalidation(stored: StoredInvalidation, *, completed: bool) -> Element:
    root = _root("Invalidation")
    _add_summary(root, stored, completed)
    batch = _add(root, "InvalidationBatch")
    paths = _add(batch, "Paths")
    _add(paths, "Quantity", str(len(stored.batch.paths)))
    items = _add(paths, "Items")
    for path in stored.batch.paths:
        _add(items, "Path", path)
    _add(batch, "CallerReference", stored.batch.caller_reference)
    return root


def invalidation_list(
    rows: Sequence[tuple[StoredInvalidation, bool]], marker: str, max_items: int, *, truncated: bool
) -> Element:
    """One page of invalidations, each with whether it is completed."""
    root = _root("InvalidationList")
    _add(root, "Marker", marker)
    if truncated:
        _add(root, "NextMarker", rows[-1][0].id)
    _add(root, "MaxItems", str(max_items))
    _add(root, "IsTruncated", str(truncated).lower())
    _add(root, "Quantity", str(len(rows)))
    items = _add(root, "Items")
    for stored, completed in rows:
        _add_summary(_add(items, "InvalidationSummary"), stored, completed)
    return root


def error(problem: ApiError) -> Element:
    root = _root("ErrorResponse")
    inner = _add(root, "Error")
    _add(inner, "Type", "Sender")
    _add(inner, "Code", problem.code)
    _add(inner, "Message", str(problem))
    _add(root, "RequestId", str(uuid.uuid4()))
    return root


def reply(status: int, root: Element, *headers: tuple[str, str]) -> HttpResponse:
    body = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    request_id = ("x-amzn-requestid", str(uuid.uuid4()))
    return HttpResponse(status, (("content-type", "text/xml"), request_id, *headers), body)


def _add_summary(parent: Element, stored: StoredInvalidation, completed: bool) -> None:
    _add(parent, "Id", stored.id)
    _add(parent, "Status", "Completed" if completed else "InProgress")
    _add(parent, "CreateTime", datetime.fromtimestamp(stored.created, UTC).isoformat(timespec="milliseconds"))


def _root(name: str) -> Element:
    return Element(name, xmlns=_NAMESPACE)


def _add(parent: Element, name: str, text: str | None = None) -> Element:
    child = ET.SubElement(parent, name)
    child.text = text
    return child
