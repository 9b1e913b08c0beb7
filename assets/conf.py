"""``settings.IMAGEHUB``, typed: read once, read again whenever the setting changes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import boto3
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed

from edge.storage.aws.sigv4 import Credentials
from edge.storage.errors import StorageUnavailable
from edge.storage.objects.location import open_store
from edge.storage.objects.store import Store


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


def store() -> Store:
    """Where originals, variants and the manifest live."""
    return open_store(config().store, credentials)


def credentials() -> Credentials:
    """As boto3 finds them (a profile, a container's role, …), fresh for each request since they expire."""
    found = _session().get_credentials()
    if found is None:
        raise StorageUnavailable("there are no AWS credentials: set AWS_ACCESS_KEY_ID, or give this machine a role")
    frozen = found.get_frozen_credentials()
    return Credentials(str(frozen.access_key), str(frozen.secret_key), frozen.token)


@cache
def _session() -> boto3.Session:
    return boto3.Session()


def _forget(*, setting: str, **_: object) -> None:
    if setting == "IMAGEHUB":
        config.cache_clear()


setting_changed.connect(_forget)
