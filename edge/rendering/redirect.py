"""Where a visitor is sent for a variant that is too big for a generated reply (contract 4). Never in a loop."""

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
from edge.rendering.variant_writer import Variant

_SECONDS = 300
#: So long after the time that the store tells of it, an object can be read at the latest: S3 tells whole seconds, and
#: may mean those when the writing began.
_READABLE = timedelta(seconds=2)
_LONGEST = _READABLE + timedelta(seconds=1)


def true_url(asked: VariantKey, variant: Variant, policy: Policy, told: str) -> str:
    """The path and query that name ``variant`` exactly, signed for five minutes where ``policy`` wants that.

    ``told`` is the ``Date`` of the store's answer that what was ``asked`` for is not there. Raises `EdgeError` where
    the one who followed the URL would be sent there again.
    """
    key = variant.key
    if asked == key:
        _check_no_loop(variant, told)
    wanted = "auto" if key.format_class == "basic" else key.format_class
    request = ImageRequest(key.key, variant.recipe, wanted, key.version)
    if not policy.needs_signature(request.recipe):
        return request.spell()
    now = time.time()
    return replace(request, expires=int(now) + _SECONDS).signed(policy, _ring(policy), now).spell()


def _check_no_loop(variant: Variant, told: str) -> None:
    """Raises where ``variant`` was there when the store said that it is not: then CloudFront may not read it.

    While it is so young that somebody may have stored it since, that cannot be known. We wait until it can, so whoever
    is sent there once more has the file or a 500.
    """
    if variant.cache_control != IMMUTABLE:
        raise ServiceUnavailable("store_unavailable", "The picture could not be stored.")
    if variant.found is None or variant.last_modified is None:
        return
    readable = _whole(variant.last_modified + _READABLE)
    if (_time(told) or variant.found) >= readable:
        raise InternalError("variant_unreadable", "The stored picture cannot be read.")
    pause = min(readable - variant.found, _LONGEST)
    time.sleep(max(pause.total_seconds(), 0))


def _whole(moment: datetime) -> datetime:
    """The first whole second from ``moment`` on: a ``Date`` has no parts of one, so it tells a later time no sooner."""
    return moment if not moment.microsecond else moment.replace(microsecond=0) + timedelta(seconds=1)


def _time(spelled: str) -> datetime | None:
    try:
        return parsedate_to_datetime(spelled)
    except ValueError:
        return None


def _ring(policy: Policy) -> KeyRing:
    from edge.storage.signing_keys.shared import (
        shared_signing_keys,  # network code that only a big, signed picture needs
    )

    return shared_signing_keys(policy.secret).ring()
