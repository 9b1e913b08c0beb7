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
from edge.contract.request import ImageRequest
from edge.contract.signing import KeyRing
from edge.contract.variant_key import VariantKey
from edge.rendering.variant import Variant

#: How long the signature of a redirect is valid.
_SIGNED_SECONDS = 300
#: An object can be read this long after its Last-Modified at the latest. S3 gives whole seconds, and may count from the
#: start of the write.
_READABLE_AFTER = timedelta(seconds=2)
_MAX_WAIT = _READABLE_AFTER + timedelta(seconds=1)


def true_url(requested: VariantKey, variant: Variant, policy: Policy, missing_at: str) -> str:
    """The path and query that name ``variant`` exactly, with a signature if ``policy`` asks for one.

    ``missing_at`` is the ``Date`` header of S3's reply that ``requested`` is missing. Raises `EdgeError` if the URL
    would only lead the visitor back here. May wait for up to three seconds.
    """
    key = variant.key
    if requested == key:
        _check_no_loop(variant, missing_at)
    format = "auto" if key.format_class == "basic" else key.format_class
    request = ImageRequest(key.key, key.recipe(), format, key.version)
    if not policy.needs_signature(request.recipe):
        return request.spell()
    now = time.time()
    return replace(request, expires=int(now) + _SIGNED_SECONDS).signed(policy, _key_ring(policy), now).spell()


def _check_no_loop(variant: Variant, missing_at: str) -> None:
    """Raises if ``variant`` was readable when S3 said that it is missing: CloudFront then may not read it.

    While the object is so young that another request may have stored it since, nobody can tell. So this waits until
    it is older: a visitor who is redirected here again then gets the file or a 500.
    """
    if variant.cache_control != IMMUTABLE:
        raise ServiceUnavailable.storage()
    if variant.found is None or variant.last_modified is None:
        return
    readable = _round_up(variant.last_modified + _READABLE_AFTER)
    if (_parse_date(missing_at) or variant.found) >= readable:
        raise InternalError("variant_unreadable", "CloudFront cannot read the stored image.")
    wait = min(readable - variant.found, _MAX_WAIT)
    time.sleep(max(wait.total_seconds(), 0))


def _round_up(moment: datetime) -> datetime:
    """The next whole second: the ``Date`` header of a later reply has no fractions."""
    return moment if not moment.microsecond else moment.replace(microsecond=0) + timedelta(seconds=1)


def _parse_date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        return None


def _key_ring(policy: Policy) -> KeyRing:
    from edge.storage.signing_keys.shared import shared_signing_keys  # network code that only such a redirect needs

    return shared_signing_keys(policy.secret).ring()
