"""What a visitor is replied who sends one of that product's URLs."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property

from edge.contract.cache_control import expiring_lifetime
from edge.contract.cache_tags import CACHE_TAG_HEADER, asset_tag
from edge.contract.errors import (
    EdgeError,
    InternalError,
    MethodNotAllowed,
    ServiceUnavailable,
    shortened,
)
from edge.contract.reply import FallbackImage, Reply
from edge.contract.timings import Timings
from edge.contract.url_path import decode_path
from edge.payload.http_api import VisitorRequest
from edge.payload.reply import MAX_RAW_BODY
from edge.rendering.responder import Responder
from edge.sih import replies
from edge.sih.errors import SihError
from edge.sih.image_finder import FoundImage, find_image, service_of
from edge.sih.overlays import overlay_keys
from edge.sih.query import SihQuery, parse_query
from edge.sih.rendition_choice import RenditionChoice
from edge.sih.request_parser import parse_request
from edge.sih.requested_image import RequestedImage
from edge.sih.secret import SecretCache
from edge.sih.settings import SihSettings
from edge.sih.signature import check_signature, seconds_left, spellings
from edge.sih.source_buckets import SourceBucket
from edge.sih.translation import translate
from edge.storage.errors import StorageUnavailable

log = logging.getLogger("imagehub.sih")

#: How long a link to a large image in storage is valid. CloudFront keeps the redirect for a minute.
_LINK_SECONDS = 3600


@dataclass(frozen=True)
class SihEntry:
    """Answers URLs of one site. ``now`` is the time in UTC."""

    settings: SihSettings
    open_responder: Callable[[], Responder]
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    def answer(self, visit: VisitorRequest) -> Reply:
        """The image, a redirect to it, or an error, whatever goes wrong."""
        asked = None
        try:
            asked = self._read(visit)
            reply = self._image(asked, visit)
        except Exception as error:
            failure = _as_sih_error(error, asked.requested.key if asked else "")
            _log_error(failure, visit)
            tags = asset_tag(asked.image_key) if asked else ""
            reply = replies.error_reply(failure, visit.method, self._fallback(), tags)
        return replace(reply, headers={**self._common_headers, **reply.headers})

    @cached_property
    def _common_headers(self) -> dict[str, str]:
        vary = {"Vary": "Accept"} if self.settings.auto else {}
        return {**vary, **replies.cors_headers(self.settings.cors)}

    @cached_property
    def _secret(self) -> SecretCache | None:
        return SecretCache(self.settings.secret) if self.settings.secret else None

    def _read(self, visit: VisitorRequest) -> _Asked:
        """Raises `SihError`, `EdgeError`."""
        if visit.method not in ("GET", "HEAD"):
            raise MethodNotAllowed.only_reading(visit.method)
        settings = self.settings
        query, path = parse_query(visit.query, strict=settings.strict), decode_path(visit.path)
        if self._secret:
            check_signature(spellings(path, visit.path), query, self._secret.current)
        left = seconds_left(query.expires, self.now())
        requested = parse_request(path, query, settings.buckets, settings.rewrite, strict=settings.strict)
        bucket = settings.bucket_of(requested)
        return _Asked(requested, query, bucket, bucket.image_key(requested.key), left)

    def _image(self, asked: _Asked, visit: VisitorRequest) -> Reply:
        responder, timings, settings = self.open_responder(), Timings(), self.settings
        translation = translate(asked.requested, settings.buckets, upright=settings.upright, strict=settings.strict)
        service, assets = service_of(asked.bucket, responder.service), responder.service.originals
        choice = RenditionChoice(translation, asked.image_key, settings.auto, visit.accept, service.policy, assets)
        limit = 0 if visit.method == "HEAD" else MAX_RAW_BODY
        found = find_image(service, asked.image_key, choice.choose, timings, limit)
        if visit.method != "HEAD" and found.variant.size > MAX_RAW_BODY:
            return self._redirect(responder, asked, found)
        tags = [found.variant.tags, *map(asset_tag, overlay_keys(translation.operations))]
        headers = {"Cache-Control": found.original.cache_control or settings.cache, CACHE_TAG_HEADER: ",".join(tags)}
        reply = replies.image_reply(found, {**headers, **asked.headers}, timings, visit.method)
        return replies.not_modified(reply) if visit.has(reply.headers.get("ETag", "")) else reply

    def _redirect(self, responder: Responder, asked: _Asked, found: FoundImage) -> Reply:
        link = getattr(responder.service.store, "link", None)
        if link is None:
            raise SihError(413, "TooLargeImageException", "The converted image is too large to return.")
        location = link(found.variant.key.object_key, _LINK_SECONDS)
        return replies.redirect(location, found.variant, kept=asked.seconds_left is None)

    def _fallback(self) -> FallbackImage | None:
        try:
            return self.open_responder().fallbacks.current()
        except Exception:
            log.exception("unexpected")  # the error itself is answered anyway
            return None


@dataclass(frozen=True, slots=True)
class _Asked:
    requested: RequestedImage
    query: SihQuery
    bucket: SourceBucket
    image_key: str
    seconds_left: int | None

    @property
    def headers(self) -> dict[str, str]:
        """The reply's headers that the URL sets, by the names of their first letters' case. An expiry precedes them."""
        given = {name.title(): text for name, text in self.requested.headers.items()}
        return given if self.seconds_left is None else {**given, "Cache-Control": expiring_lifetime(self.seconds_left)}


def _log_error(error: SihError, visit: VisitorRequest) -> None:
    path = shortened(visit.path)
    fields = {"event": "error", "variant": path, "status": error.status, "code": error.code}
    log.info("%s: %d %s", path, error.status, error.code, extra=fields)


def _as_sih_error(error: Exception, key: str) -> SihError:
    if isinstance(error, SihError):
        return error
    if isinstance(error, StorageUnavailable):
        log.error("storage: %s", error)
        error = ServiceUnavailable.storage()
    if not isinstance(error, EdgeError):
        log.error("unexpected", exc_info=error)
        error = InternalError.unexpected()
    return replies.as_sih_error(error, key)
