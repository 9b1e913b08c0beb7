"""What a visitor's URL asks for: the one place where viewer-request and the gateway of an HTTP API find out.

Another product's URLs have an entry of their own, `edge.sih`, which the gateway tries before this.
"""

from __future__ import annotations

import time

from edge.contract.errors import ServiceUnavailable
from edge.contract.policy import load_policy
from edge.contract.rewrite import RewrittenUrl, rewrite_url
from edge.contract.signing import SigningKey


def read_visitor_url(path: str, query: str, accept: str) -> RewrittenUrl:
    """What a public URL, percent-encoded as received, asks for. No I/O except for signing keys. Raises `EdgeError`."""
    return rewrite_url(path, query, accept, load_policy(), _find_key, time.time())


def _find_key(key_id: str) -> SigningKey | None:
    secret = load_policy().secret
    if not secret:
        raise ServiceUnavailable.signing_keys("This site has no signing keys. Request a size on the ladder, without s.")
    from edge.storage.signing_keys.shared import shared_signing_keys  # network code that an unsigned site never needs

    return shared_signing_keys(secret).find(key_id)
