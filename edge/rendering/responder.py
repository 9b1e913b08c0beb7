"""What origin-response and the gateway reply: S3's own answer if it holds the variant, else one of ours."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from edge.contract.cache_tags import cache_tags
from edge.contract.errors import EdgeError, InternalError, ServiceUnavailable
from edge.contract.recipe import PresetRef
from edge.contract.reply import FallbackImage, Reply, error_reply
from edge.contract.timings import Timings
from edge.contract.variant_key import VariantKey
from edge.rendering.origin_exchange import OriginExchange
from edge.rendering.redirect import check_no_loop, check_readable, true_request
from edge.rendering.render_log import log_error
from edge.rendering.variant_reply import redirect_reply, variant_reply
from edge.rendering.variant_service import VariantService
from edge.storage.errors import StorageUnavailable
from edge.storage.fallback_cache import FallbackCache

log = logging.getLogger("imagehub.origin_response")

#: Errors of pages whose URLs are right: these show the fallback image.
_ABOUT_THE_IMAGE = (404, 415)


@dataclass(frozen=True, slots=True)
class Responder:
    """Replies from one store."""

    service: VariantService
    fallbacks: FallbackCache

    def answer(self, exchange: OriginExchange, key: VariantKey) -> Reply:
        """The variant, or a redirect to it. Raises `EdgeError`, `StorageUnavailable`."""
        timings = Timings()
        stored = self.service.stored(key, timings, exchange.max_body) if exchange.status is None else None
        variant = stored or self.service.serve(key, timings, exchange.max_body)
        if exchange.fits(variant.size):
            check_readable(key, variant, exchange.date)
            return variant_reply(variant, timings, exchange.method)
        check_no_loop(key, variant, exchange.date)
        return redirect_reply(true_request(exchange.query, variant, self.service.policy), key, variant)

    def fallback(self, status: int) -> FallbackImage | None:
        """The fallback image for an error. For our own errors only if it is in memory: storage may be what failed."""
        if status in _ABOUT_THE_IMAGE:
            return self.fallbacks.current()
        return self.fallbacks.cached() if status >= 500 else None


def respond(exchange: OriginExchange, open_responder: Callable[[], Responder]) -> Reply | None:
    """The reply to ``exchange``, whatever goes wrong; `None` if it is S3's own answer: what is stored is served."""
    return None if exchange.found else reply_instead(exchange, open_responder)


def reply_instead(exchange: OriginExchange, open_responder: Callable[[], Responder]) -> Reply:
    """The reply in place of S3's error, whatever goes wrong."""
    key = None
    try:
        _check_s3(exchange)
        key = exchange.variant_key()
        return open_responder().answer(exchange, key)
    except Exception as error:
        failure = as_edge_error(error)
        log_error(exchange.uri, failure)
    tags = cache_tags(key.key, _preset_in(key.slug)) if key else ""
    image = _fallback(failure.status, open_responder)
    return error_reply(failure, exchange.method, kept=True, tags=tags, image=image)


def _check_s3(exchange: OriginExchange) -> None:
    """Raises `EdgeError` if S3's answer is a failure: not the object, nor that it is missing."""
    if exchange.status in (None, 403, 404):
        return
    log.error("S3 answered %d", exchange.status)
    if exchange.status and exchange.status >= 500:
        raise ServiceUnavailable.storage()
    raise InternalError("store_refused", "Storage refused the request.")


def as_edge_error(error: Exception) -> EdgeError:
    """What to reply for ``error``. What is not meant for clients is logged."""
    if isinstance(error, EdgeError):
        return error
    if isinstance(error, StorageUnavailable):
        log.error("storage: %s", error)
        return ServiceUnavailable.storage()
    log.error("unexpected", exc_info=error)
    return InternalError.unexpected()


def _fallback(status: int, open_responder: Callable[[], Responder]) -> FallbackImage | None:
    try:
        return open_responder().fallback(status)
    except Exception:
        log.exception("unexpected")  # the error itself is answered anyway
        return None


def _preset_in(slug: str) -> PresetRef | None:
    """The preset of a slug that may not be canonical."""
    return PresetRef(slug.split(".")[1]) if slug.startswith("p.") else None
