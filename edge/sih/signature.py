"""That product's signatures, HMAC-SHA256 over path and sorted query, and its ``expires``."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from urllib.parse import quote

from edge.sih.errors import SihError
from edge.sih.query import SihQuery

_EXPIRES = re.compile(r"[0-9]{8}T[0-9]{6}Z")
_FORMAT = "expires must be a moment such as 19700102T120304Z, which is January 2nd, 1970 at 12:03:04 UTC."


def check_signature(paths: Iterable[str], query: SihQuery, secret: Callable[[], bytes]) -> None:
    """Raises `SihError` unless ``query`` is signed with ``secret`` for one of ``paths``: spellings of the same one."""
    if not query.signature:
        raise SihError(400, "AuthorizationQueryParametersError", "Query-string requires the signature parameter.")
    key, given = secret(), query.signature.encode()
    signed = (f"{path}?{query.signed}" if query.signed else path for path in paths)
    digests = [hmac.new(key, each.encode(), "sha256").hexdigest().encode() for each in signed]
    if not any([hmac.compare_digest(digest, given) for digest in digests]):  # noqa: C419  # all, in constant time
        raise SihError(403, "SignatureDoesNotMatch", "Signature does not match.")


def spellings(path: str, raw: str) -> set[str]:
    """How a client may have spelled a decoded ``path`` that came as ``raw``: an HTTP API does not tell.

    Decoded, as it came, and as JavaScript's encodeURI and encodeURIComponent do, the latter between slashes.
    """
    return {path, raw, quote(path, safe=";,/?:@&=+$-_.!~*'()#"), quote(path, safe="/-_.!~*'()")}


def seconds_left(expires: str | None, now: datetime) -> int | None:
    """For how many seconds a URL is still valid; `None` if it does not expire. Raises `SihError`."""
    if expires is None:
        return None
    try:
        if not _EXPIRES.fullmatch(expires):
            raise ValueError(expires)
        moment = datetime.strptime(expires, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise SihError(400, "ImageRequestExpiryFormat", _FORMAT) from None
    left = (moment - now).total_seconds()
    if left < 0:
        raise SihError(400, "ImageRequestExpired", "Request has expired.")
    return int(left)
