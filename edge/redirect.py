"""Where a visitor is sent for a variant that is too big for a generated reply (contract 4). Never in a loop."""

from __future__ import annotations

import time
from dataclasses import replace

from edge.cooking import Variant
from edge.errors import Internal, Unavailable
from edge.keys import VariantKey
from edge.policy import Policy
from edge.request import Request
from edge.signing import KeyRing
from edge.store import IMMUTABLE

_SECONDS = 300


def true_url(asked: VariantKey, variant: Variant, policy: Policy) -> str:
    """The path and query that name ``variant`` exactly, signed for five minutes where ``policy`` wants that.

    Raises `EdgeError` where the one who followed it would be sent there again: the variant that was ``asked`` for
    is stored and could not be read, or could not be stored.
    """
    key = variant.key
    if asked == key and variant.cache_control != IMMUTABLE:
        raise Unavailable("store_unavailable", "The picture could not be stored.")
    if asked == key and variant.was_there:
        raise Internal("variant_unreadable", "The stored picture cannot be read.")
    wanted = "auto" if key.format_class == "basic" else key.format_class
    request = Request(key.key, variant.what, wanted, key.version)
    if not policy.needs_signature(request.what):
        return request.spell()
    now = time.time()
    return replace(request, expires=int(now) + _SECONDS).signed(policy, _ring(policy), now).spell()


def _ring(policy: Policy) -> KeyRing:
    from edge.store.keyring import shared_keys  # network code that only a big, signed picture needs

    return shared_keys(policy.secret).ring()
