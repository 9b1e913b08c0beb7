"""CloudFront's invalidation API, in the REST-XML that the AWS SDKs speak.

https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Operations.html
"""

from __future__ import annotations

import re
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import parse_qs

from infra.local.cloudfront.invalidation import ApiError, Batch
from infra.local.cloudfront.ledger import Invalidation, Ledger
from infra.local.cloudfront.messages import Request, Response

_NAMESPACE = "http://cloudfront.amazonaws.com/doc/2020-05-31/"
_PATH = re.compile(r"/2020-05-31/distribution/([\w-]+)/invalidation(?:/([\w-]+))?")
_MAX_ITEMS = 100


def is_api_call(uri: str) -> bool:
    return _PATH.fullmatch(uri) is not None


class Api:
    """``apply`` is called with each new invalidation, before the reply."""

    def __init__(self, distribution_id: str, ledger: Ledger, apply: Callable[[Invalidation], None]) -> None:
        self._distribution_id = distribution_id
        self._ledger = ledger
        self._apply = apply

    def answer(self, request: Request, body: bytes) -> Response:
        try:
            return self._route(request, body)
        except ApiError as error:
            return _reply(error.status, _error(error))

    def _route(self, request: Request, body: bytes) -> Response:
        match = _PATH.fullmatch(request.uri)
        # What the signature says is not checked: there are no credentials here to check it with.
        if not (request.header("authorization") or "").startswith("AWS4-HMAC-SHA256 "):
            raise ApiError(403, "AccessDenied", "The request is not signed.")
        if match is None or match[1] != self._distribution_id:
            raise ApiError(404, "NoSuchDistribution", "The specified distribution does not exist.")
        if request.method == "POST" and match[2] is None:
            return self._create(request, body)
        if request.method != "GET":
            raise ApiError(405, "MethodNotAllowed", "The API takes GET and POST.")
        return self._get(match[2]) if match[2] else self._list(parse_qs(request.querystring))

    def _create(self, request: Request, body: bytes) -> Response:
        batch, quantity = _parse(body)
        batch.check(quantity)
        made = self._ledger.create(batch, self._apply)
        return _reply(201, self._whole(made), ("location", f"{request.uri}/{made.id}"))

    def _get(self, invalidation_id: str) -> Response:
        return _reply(200, self._whole(self._ledger.get(invalidation_id)))

    def _list(self, query: dict[str, list[str]]) -> Response:
        marker, count = query.get("Marker", [""])[0], query.get("MaxItems", [str(_MAX_ITEMS)])[0]
        if not count.isdigit() or not 1 <= int(count) <= _MAX_ITEMS:
            raise ApiError(400, "InvalidArgument", f"MaxItems is a number from 1 to {_MAX_ITEMS}.")
        made = self._ledger.newest_first()
        start = next((index + 1 for index, each in enumerate(made) if each.id == marker), None) if marker else 0
        if start is None:
            raise ApiError(400, "InvalidArgument", "Marker does not name an invalidation.")
        return _reply(
            200, self._page(made[start : start + int(count)], marker, int(count), start + int(count) < len(made))
        )

    def _page(self, page: list[Invalidation], marker: str, count: int, truncated: bool) -> ET.Element:
        root = _root("InvalidationList")
        _add(root, "Marker", marker)
        if truncated:
            _add(root, "NextMarker", page[-1].id)
        _add(root, "MaxItems", str(count))
        _add(root, "IsTruncated", str(truncated).lower())
        _add(root, "Quantity", str(len(page)))
        items = _add(root, "Items")
        for made in page:
            self._summary(_add(items, "InvalidationSummary"), made)
        return root

    def _summary(self, parent: ET.Element, made: Invalidation) -> None:
        _add(parent, "Id", made.id)
        _add(parent, "Status", "Completed" if self._ledger.is_completed(made) else "InProgress")
        _add(parent, "CreateTime", datetime.fromtimestamp(made.created, UTC).isoformat(timespec="milliseconds"))

    def _whole(self, made: Invalidation) -> ET.Element:
        root = _root("Invalidation")
        self._summary(root, made)
        batch = _add(root, "InvalidationBatch")
        paths = _add(batch, "Paths")
        _add(paths, "Quantity", str(len(made.batch.paths)))
        items = _add(paths, "Items")
        for path in made.batch.paths:
            _add(items, "Path", path)
        _add(batch, "CallerReference", made.batch.caller_reference)
        return root


def _parse(body: bytes) -> tuple[Batch, int]:
    """The batch and the quantity that it claims."""
    if not body.strip():
        raise ApiError(400, "MissingBody", "This operation requires a body.")
    try:
        root = ET.fromstring(body)  # noqa: S314 # only this machine calls, and expat 2.4.1 stops entity bombs
        for element in root.iter():
            element.tag = element.tag.rpartition("}")[2]
        paths = tuple(path.text or "" for path in root.findall("Paths/Items/Path"))
        return Batch(root.findtext("CallerReference", ""), paths), int(root.findtext("Paths/Quantity", ""))
    except (ET.ParseError, ValueError):
        raise ApiError(400, "MalformedXML", "The body is not an InvalidationBatch.") from None


def _error(error: ApiError) -> ET.Element:
    root = _root("ErrorResponse")
    inner = _add(root, "Error")
    _add(inner, "Type", "Sender")
    _add(inner, "Code", error.code)
    _add(inner, "Message", str(error))
    _add(root, "RequestId", str(uuid.uuid4()))
    return root


def _root(name: str) -> ET.Element:
    return ET.Element(name, xmlns=_NAMESPACE)


def _add(parent: ET.Element, name: str, text: str | None = None) -> ET.Element:
    child = ET.SubElement(parent, name)
    child.text = text
    return child


def _reply(status: int, root: ET.Element, *headers: tuple[str, str]) -> Response:
    body = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    request_id = ("x-amzn-requestid", str(uuid.uuid4()))
    return Response(status, (("content-type", "text/xml"), request_id, *headers), body)
