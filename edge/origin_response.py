"""The origin-response door: where S3 has no such variant, the original is cooked, stored and returned."""

from __future__ import annotations

import logging
from email.utils import format_datetime
from functools import cache

from edge import lambda_event
from edge.contract.cache_control import PROVISIONAL
from edge.contract.cache_tags import cache_tags
from edge.contract.errors import EdgeError, InternalError, ServiceUnavailable
from edge.contract.policy import load_policy
from edge.contract.recipe import PresetRef
from edge.contract.timings import Timings
from edge.contract.url_path import decode_path
from edge.contract.variant_key import VariantKey
from edge.image import malloc
from edge.rendering.redirect import true_url
from edge.rendering.variant_service import VariantService
from edge.rendering.variant_writer import Variant
from edge.storage.errors import StorageUnavailable
from edge.storage.fallback_cache import FallbackCache, FallbackImage
from edge.storage.manifest_cache import ManifestCache
from edge.storage.objects.location import open_store

log = logging.getLogger("imagehub.origin_response")

TAG_HEADER = "x-amz-meta-cache-tag"
_NO_STORE = "no-store"
#: How long an error is kept, by status. Those that are our fault are not.
_ERROR_SECONDS = {400: 60, 404: 10, 415: 60}
#: The errors that pages meet though nobody made a mistake in a URL.
_OF_THE_PICTURE = (404, 415)


def handler(event: lambda_event.LambdaEvent, _context: object) -> lambda_event.CloudFrontResponse:
    """S3's answer as it is where it is the variant, else ours in its place (contract 4)."""
    try:
        cf = event["Records"][0]["cf"]
        return _respond(cf["request"], cf["response"])
    except Exception:
        log.exception("unexpected")  # not an event as CloudFront sends them
        return lambda_event.fill_error({"status": "", "headers": {}}, _fault(), "", {"Cache-Control": _NO_STORE})


def _respond(
    asked: lambda_event.CloudFrontRequest, response: lambda_event.CloudFrontResponse
) -> lambda_event.CloudFrontResponse:
    status = int(response["status"])
    found = status < 400 or status == 416
    variant = None
    try:
        if found and not _names_a_preset(asked):
            return response
        if not found and status not in (403, 404):
            raise _of_s3(status)
        variant = VariantKey.parse(decode_path(asked["uri"].removeprefix("/")))
        kitchen = _variant_service(lambda_event.store_location(asked))
        if found and kitchen.is_current(variant):
            return _as_found(response, kitchen)
        timings = Timings()
        made = kitchen.serve(variant, timings)
        if found and made.key == variant:  # its preset was published between the two looks
            return _as_found(response, kitchen)
        return _answer(asked, response, variant, made, timings)
    except EdgeError as error:
        return _refuse(asked, response, error, variant)
    except StorageUnavailable as error:
        log.error("store: %s", error)
        return _refuse(asked, response, _away(), variant)
    except Exception:
        log.exception("unexpected")
        return _refuse(asked, response, _fault(), variant)


def _names_a_preset(asked: lambda_event.CloudFrontRequest) -> bool:
    """Whether what S3 found may have been overtaken: it was stored when its preset was at that revision."""
    return asked["uri"].rpartition("/")[2].startswith("p.")


def _fault() -> InternalError:
    return InternalError("internal", "Something went wrong here.")


def _of_s3(status: int) -> EdgeError:
    log.error("S3 answered %d", status)
    if status >= 500:
        return _away()
    return InternalError("store_refused", "The store refused to answer.")


def _away() -> ServiceUnavailable:
    return ServiceUnavailable("store_unavailable", "The pictures cannot be reached just now.")


@cache
def _variant_service(location: str) -> VariantService:
    malloc.keep_freed()
    store = open_store(location)
    return VariantService(store, load_policy(), ManifestCache(store))


@cache
def _fallbacks(location: str) -> FallbackCache:
    kitchen = _variant_service(location)
    return FallbackCache(kitchen.store, kitchen.manifests)


def _as_found(response: lambda_event.CloudFrontResponse, kitchen: VariantService) -> lambda_event.CloudFrontResponse:
    """A preset's picture as S3 has it, for a minute where it is not sure that it is still what the preset means."""
    return response if kitchen.manifests.is_fresh else lambda_event.keep_for(response, PROVISIONAL)


def _answer(
    asked: lambda_event.CloudFrontRequest,
    response: lambda_event.CloudFrontResponse,
    key: VariantKey,
    variant: Variant,
    timings: Timings,
) -> lambda_event.CloudFrontResponse:
    log.info("%s %s bytes=%d %s", key, variant.key, len(variant.body), timings)
    if len(variant.body) > lambda_event.MAX_BODY and asked["method"] != "HEAD":
        return _redirect(response, key, variant)
    headers = {
        "Content-Type": variant.content_type,
        "Cache-Control": _NO_STORE if asked["method"] == "HEAD" else variant.cache_control,
        "Server-Timing": str(timings),
        TAG_HEADER: variant.tags,
    }
    if variant.etag is not None:
        headers["ETag"] = variant.etag
    if variant.last_modified is not None:
        headers["Last-Modified"] = format_datetime(variant.last_modified, usegmt=True)
    return lambda_event.fill(response, 200, headers, None if asked["method"] == "HEAD" else variant.body)


def _redirect(
    response: lambda_event.CloudFrontResponse, asked: VariantKey, variant: Variant
) -> lambda_event.CloudFrontResponse:
    headers = {
        "Location": true_url(asked, variant, load_policy(), lambda_event.header(response["headers"], "date")),
        "Cache-Control": _NO_STORE if asked == variant.key else "max-age=60",
        TAG_HEADER: variant.tags,
    }
    return lambda_event.fill(response, 302, headers, "")


def _refuse(
    asked: lambda_event.CloudFrontRequest,
    response: lambda_event.CloudFrontResponse,
    error: EdgeError,
    variant: VariantKey | None,
) -> lambda_event.CloudFrontResponse:
    seconds, method = _ERROR_SECONDS.get(error.status), asked["method"]
    headers = {"Cache-Control": f"max-age={seconds}" if seconds and method != "HEAD" else _NO_STORE}
    if variant is not None:
        headers[TAG_HEADER] = cache_tags(variant.key, _preset_of(variant.slug))
    return lambda_event.fill_error(response, error, method, headers, _stand_in(asked, error.status))


def _stand_in(asked: lambda_event.CloudFrontRequest, status: int) -> FallbackImage | None:
    """The fallback picture. Where the fault is ours the store is hardly asked for it: it may be what is away."""
    if status < 500 and status not in _OF_THE_PICTURE:
        return None
    try:
        fallbacks = _fallbacks(lambda_event.store_location(asked))
        return fallbacks.current() if status in _OF_THE_PICTURE else fallbacks.known()
    except Exception:
        log.exception("unexpected")  # while an error is answered already
        return None


def _preset_of(slug: str) -> PresetRef | None:
    return PresetRef(slug.split(".")[1]) if slug.startswith("p.") else None
