"""How long browsers and CloudFront keep each reply: every ``Cache-Control`` value is here. See docs/answers.md."""

from __future__ import annotations

#: A variant under its true version: its bytes never change.
IMMUTABLE = "public, max-age=31536000, immutable"
#: An alias: browsers ask again after a minute; CloudFront keeps it until a purge, at most a day.
ALIAS = "public, max-age=60, s-maxage=86400"
#: A variant that could not be stored, or whose preset could not be checked against the manifest.
PROVISIONAL = "public, max-age=60, s-maxage=60"
#: A redirect from an alias to the true URL. A redirect from the true URL itself is `NO_STORE`.
REDIRECT = "max-age=60"
NO_STORE = "no-store"
#: Facts about an image: only for the client that may ask.
FACTS = "private, max-age=60"
#: An image under a URL of AWS's image handler whose original says nothing, as that product has it.
SIH_IMAGE = "max-age=31536000,public"

#: Seconds by status, for errors at the origin. Errors that are our own fault are never kept.
_ERROR_SECONDS = {400: 60, 404: 10, 415: 60}


def expiring_lifetime(seconds: int) -> str:
    """``Cache-Control`` of an image whose URL expires in so many seconds, as that product has it."""
    return f"max-age={seconds},public"


def error_lifetime(status: int) -> str:
    """``Cache-Control`` of an error from origin-response."""
    seconds = _ERROR_SECONDS.get(status)
    return f"max-age={seconds}" if seconds else NO_STORE
