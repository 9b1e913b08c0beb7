"""CloudFront's invalidation API, in the REST-XML that the AWS SDKs speak.

https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Operations.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs
from xml.etree.ElementTree import Element

from infra.local.cloudfront import invalidation_xml as xml
from infra.local.cloudfront.invalidation_batch import ApiError
from infra.local.cloudfront.invalidation_store import InvalidationStore, StoredInvalidation
from infra.local.cloudfront.messages import HttpRequest, HttpResponse

_PATH = re.compile(r"/2020-05-31/distribution/([\w-]+)/invalidation(?:/([\w-]+))?")
_MAX_ITEMS = 100


def is_api_call(uri: str) -> bool:
    return _PATH.fullmatch(uri) is not None


class InvalidationApi:
    """Creates, reads and lists invalidations. ``apply`` is called with each new one, before the reply is sent."""

    def __init__(
        self, distribution_id: str, invalidations: InvalidationStore, apply: Callable[[StoredInvalidation], None]
    ) -> None:
        self._distribution_id = distribution_id
        self._invalidations = invalidations
        self._apply = apply

    def answer(self, request: HttpRequest, body: bytes) -> HttpResponse:
        try:
            return self._route(request, body)
        except ApiError as error:
            return xml.reply(error.status, xml.error(error))

    def _route(self, request: HttpRequest, body: bytes) -> HttpResponse:
        match = _PATH.fullmatch(request.uri)
        # Only the presence of a signature is checked: there are no credentials here to verify it with.
        if not (request.header("authorization") or "").startswith("AWS4-HMAC-SHA256 "):
            raise ApiError(403, "AccessDenied", "The request is not signed.")
        if match is None or match[1] != self._distribution_id:
            raise ApiError(404, "NoSuchDistribution", "The specified distribution does not exist.")
        if request.method == "POST" and match[2] is None:
            return self._create(request, body)
        if request.method != "GET":
            raise ApiError(405, "MethodNotAllowed", f"The API does not support {request.method}; use GET or POST.")
        return self._get(match[2]) if match[2] else self._list(parse_qs(request.querystring))

    def _create(self, request: HttpRequest, body: bytes) -> HttpResponse:
        batch, quantity = xml.parse_batch(body)
        batch.check(quantity)
        created = self._invalidations.create(batch, self._apply)
        return xml.reply(201, self._describe(created), ("location", f"{request.uri}/{created.id}"))

    def _get(self, invalidation_id: str) -> HttpResponse:
        return xml.reply(200, self._describe(self._invalidations.get(invalidation_id)))

    def _describe(self, invalidation: StoredInvalidation) -> Element:
        return xml.invalidation(invalidation, completed=self._invalidations.is_completed(invalidation))

    def _list(self, query: dict[str, list[str]]) -> HttpResponse:
        """A page of at most ``MaxItems`` invalidations, newest first, that starts after ``Marker``."""
        marker, count = query.get("Marker", [""])[0], query.get("MaxItems", [str(_MAX_ITEMS)])[0]
        if not count.isdigit() or not 1 <= int(count) <= _MAX_ITEMS:
            raise ApiError(400, "InvalidArgument", f"MaxItems must be a number from 1 to {_MAX_ITEMS}.")
        newest = self._invalidations.newest_first()
        ids = [each.id for each in newest]
        if marker and marker not in ids:
            raise ApiError(400, "InvalidArgument", "Marker does not name an invalidation.")
        start = ids.index(marker) + 1 if marker else 0
        page = newest[start : start + int(count)]
        rows = [(each, self._invalidations.is_completed(each)) for each in page]
        truncated = start + int(count) < len(newest)
        return xml.reply(200, xml.invalidation_list(rows, marker, int(count), truncated=truncated))
