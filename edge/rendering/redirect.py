"""Redirects to a stored variant that is too big for a generated reply, without a redirect loop.

See "Answers" in docs/architecture.md.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from edge.contract.cache_control import IMMUTABLE
from edge.contract.errors import InternalError, ServiceUnavailable
from edge.contract.policy import Policy
from edge.contract.recipe import PresetRef
from edge.contract.request import ImageRequest
from edge.contract.url import parse_url
from edge.contract.url_path import encode_path
from edge.contract.variant_key import VariantKey
from edge.rendering.variant import Variant

#: An object can be read this long after its Last-Modified at the latest. S3 gives whole seconds, and may count from the
#: start of the write.
_READABLE_AFTER = timedelta(seconds=2)
_MAX_WAIT = _READABLE_AFTER + timedelta(seconds=1)


def true_request(query: str | None, variant: Variant, policy: Policy) -> ImageRequest:
    """The request that viewer-request verified as ``query``, now naming ``variant`` exactly.

    Its signature and expiry are those of the URL that was asked for: a signature covers neither the version nor a
    preset's revision. Raises `EdgeError`.
    """
    if query is None:
        raise InternalError("query_missing", "The request did not come through viewer-request.")
    asked = parse_url("/" + encode_path(variant.key.key), query, policy)
    recipe = variant.key.recipe() if isinstance(asked.recipe, PresetRef) else asked.recipe
    return replace(asked, recipe=recipe, version=variant.key.version)


def check_no_loop(requested: VariantKey, variant: Variant, missing_at: str) -> None:
    """Raises `EdgeError` if a redirect to ``variant`` would only lead the visitor back here.

    ``missing_at`` is the ``Date`` header of S3's reply that ``requested`` is missing. May wait for up to three seconds.
    """
    if requested.rev != variant.key.rev:  # viewer-request would ask for its own rev again
        raise ServiceUnavailable("releases_differ", "This site is being updated. Try again in a few minutes.")
    if requested != variant.key:
        return
    if variant.cache_control != IMMUTABLE:
        raise ServiceUnavailable.storage()
    if variant.found and variant.last_modified:
        _check_not_yet_readable(variant.last_modified, _parse_date(missing_at) or variant.found)
        _wait_until_readable(variant.found, variant.last_modified)


def check_readable(requested: VariantKey, variant: Variant, missing_at: str) -> None:
    """Raises if ``variant`` was readable when S3 said that it is missing: CloudFront then may not read it.

    Each visitor's request would render it again, and nobody would notice.
    """
    moment = _parse_date(missing_at)
    if requested == variant.key and variant.found and variant.last_modified and moment:
        _check_not_yet_readable(variant.last_modified, moment)


def _check_not_yet_readable(last_modified: datetime, missing_at: datetime) -> None:
    if missing_at >= _readable_at(last_modified):
        raise InternalError("variant_unreadable", "CloudFront cannot read the stored image.")


def _wait_until_readable(found: datetime, last_modified: datetime) -> None:
    """Wait while the object is so young that another request may have stored it since S3 said that it is missing.

    A visitor who is redirected here again then gets the file or a 500.
    """
    wait = min(_readable_at(last_modified) - found, _MAX_WAIT)
    time.sleep(max(wait.total_seconds(), 0))


def _readable_at(last_modified: datetime) -> datetime:
    return _round_up(last_modified + _READABLE_AFTER)


def _round_up(moment: datetime) -> datetime:
    """The next whole second: the ``Date`` header of a later reply has no fractions."""
    return moment if not moment.microsecond else moment.replace(microsecond=0) + timedelta(seconds=1)


def _parse_date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        return None
