"""How long CloudFront caches a reply. Pure functions.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
"""

from __future__ import annotations

from email.utils import parsedate_to_datetime

from infra.local.cloudfront.distribution import CachePolicy
from infra.local.cloudfront.messages import Headers, find

#: Errors that CloudFront always caches, and those that it caches only with Cache-Control: max-age or s-maxage.
_ERRORS_ALWAYS = frozenset({404, 410, 414, 500, 501, 502, 503, 504})
_ERRORS_WITH_AGE = frozenset({400, 403, 405, 412, 415})
#: Errors for which CloudFront obeys no-store, no-cache and private; for the others it ignores them.
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/custom-error-pages-expiration.html
_ERRORS_THAT_OBEY = frozenset({404, 410, 414, 501})
_NEVER = frozenset({206, 304, 416})
_NO_CACHING = ("no-store", "private", "no-cache")
# The last two allow caching, but no stale reply: https://www.rfc-editor.org/rfc/rfc9111#section-4.2.4
_NO_STALE = (*_NO_CACHING, "must-revalidate", "proxy-revalidate")


def lifetime(status: int, headers: Headers, policy: CachePolicy, error_ttl: int, now: float) -> int | None:
    """Return for how many seconds a reply is fresh.

    0 means that it is cached but revalidated on every request; None, that it is not cached.
    """
    if status in _NEVER:
        return None
    directives = parse_cache_control(find(headers, "cache-control") or "")
    age = _max_age(directives, headers, now)
    if status >= 400:
        return _error_lifetime(status, directives, age, policy, error_ttl) or None
    if any(name in directives for name in _NO_CACHING):
        # With a MinTTL above 0 CloudFront caches for MinTTL even what says no-store.
        return policy.min_ttl or (None if "no-store" in directives or "private" in directives else 0)
    if age is None:
        return max(policy.min_ttl, policy.default_ttl)
    return max(policy.min_ttl, min(age, policy.max_ttl))


def _error_lifetime(
    status: int, directives: dict[str, str], age: int | None, policy: CachePolicy, error_ttl: int
) -> int | None:
    uncacheable = any(name in directives for name in _NO_CACHING)
    if status in _ERRORS_WITH_AGE:
        return None if uncacheable or age is None else max(error_ttl, min(age, policy.max_ttl))
    if status not in _ERRORS_ALWAYS or (uncacheable and status in _ERRORS_THAT_OBEY):
        return None
    return error_ttl if uncacheable or age is None else max(error_ttl, min(age, policy.max_ttl))


def may_be_served_stale(headers: Headers) -> bool:
    """Whether CloudFront may serve an expired copy while the origin fails."""
    directives = parse_cache_control(find(headers, "cache-control") or "")
    return not any(name in directives for name in _NO_STALE)


def parse_cache_control(text: str) -> dict[str, str]:
    """Directives in lower case, each with its value, which is empty if it has none."""
    pairs = (part.partition("=") for part in text.split(","))
    return {name.strip().lower(): value.strip().strip('"') for name, _, value in pairs if name.strip()}


def _max_age(directives: dict[str, str], headers: Headers, now: float) -> int | None:
    # In a shared cache s-maxage overrides max-age: https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2.10
    for name in ("s-maxage", "max-age"):
        value = directives.get(name, "")
        # isdigit alone accepts characters such as ², which int refuses.
        if value.isascii() and value.isdigit():
            return int(value)
    expires = find(headers, "expires")
    if expires is None:
        return None
    try:
        return max(0, int(parsedate_to_datetime(expires).timestamp() - now))
    except ValueError:
        return 0  # RFC 9111, 5.3: an Expires header that is not a date is in the past
