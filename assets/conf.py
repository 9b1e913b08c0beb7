"""``settings.IMAGEHUB``, typed: read once, read again whenever the setting changes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed


@dataclass(frozen=True, slots=True)
class Config:
    """What a project says of its imagehub.

    ``cdn_url``: where visitors get pictures, without a slash at its end. ``store``: the bucket or directory, as
    `edge.storage.objects.location.open_store` takes it. ``distribution_id``: the distribution that purges go to; empty
    sends none. ``cloudfront_endpoint``: another CloudFront API than AWS's, such as the local one.
    """

    cdn_url: str
    store: str
    distribution_id: str = ""
    cloudfront_endpoint: str = ""


@cache
def config() -> Config:
    """The settings in force. Raises `ImproperlyConfigured` that names what is wrong."""
    given = dict(getattr(settings, "IMAGEHUB", {}))
    known = {name.upper(): name for name in Config.__dataclass_fields__}
    if unknown := sorted(set(given) - set(known)):
        raise ImproperlyConfigured(f"IMAGEHUB has no {unknown[0]}; there are {' '.join(sorted(known))}.")
    if missing := [name for name in ("CDN_URL", "STORE") if not given.get(name)]:
        raise ImproperlyConfigured(f"IMAGEHUB needs {missing[0]}.")
    values = {known[name]: value for name, value in given.items()}
    return Config(**{**values, "cdn_url": values["cdn_url"].rstrip("/")})


def _forget(*, setting: str, **_: object) -> None:
    if setting == "IMAGEHUB":
        config.cache_clear()


setting_changed.connect(_forget)
