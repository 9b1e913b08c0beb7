"""System checks: each mistake in the settings has its id and a hint."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import InvalidStorageError, storages

from assets.conf import Config, config
from assets.storage import Originals
from edge.contract.policy import load_policy
from edge.storage.objects.location import open_store
from edge.storage.signing_keys.location import parse_location


@register
def check_settings(**_: Any) -> list[CheckMessage]:
    """Everything that can be told without asking the store or AWS."""
    try:
        found = config()
    except ImproperlyConfigured as error:
        return [Error(str(error), hint='IMAGEHUB = {"CDN_URL": …, "STORE": …}', id="imagehub.E001"), *_check_policy()]
    return [*_check_cdn(found), *_check_store(found), *_check_policy()]


def _check_cdn(found: Config) -> Iterator[CheckMessage]:
    url = urlsplit(found.cdn_url)
    if url.scheme not in ("http", "https") or not url.hostname or url.path or url.query or url.fragment:
        yield Error(
            f"IMAGEHUB's CDN_URL is not the start of a URL: {found.cdn_url!r}",
            hint="Write a scheme and a host, such as https://d111111abcdef8.cloudfront.net.",
            id="imagehub.E002",
        )
    elif not found.distribution_id and not _is_here(url.hostname):
        yield Warning(
            f"Purges reach the store but not {url.hostname}: IMAGEHUB has no DISTRIBUTION_ID.",
            hint="Set it to the distribution's id, such as E1ABCDEFGHIJKL.",
            id="imagehub.W001",
        )


def _check_store(found: Config) -> Iterator[CheckMessage]:
    try:
        open_store(found.store)
    except ValueError as error:
        yield Error(f"IMAGEHUB's STORE is {error}", hint="Take one of these forms.", id="imagehub.E003")
    else:
        yield from _check_originals(found.store)


def _check_originals(location: str) -> Iterator[CheckMessage]:
    hint = 'Take "assets.storage.DirectoryOriginals" with a location, or "assets.storage_s3.S3Originals" with a bucket.'
    try:
        originals = storages["originals"]
    except InvalidStorageError as error:
        yield Error(f'STORAGES["originals"] cannot be had: {error}', hint=hint, id="imagehub.E005")
        return
    if not isinstance(originals, Originals):
        yield Error('STORAGES["originals"] does not keep keys and facts as they are.', hint=hint, id="imagehub.E005")
    elif not originals.is_in(location):
        yield Error(
            'STORAGES["originals"] and IMAGEHUB\'s STORE are two places, so no uploaded picture would be found.',
            hint="Let both name the same directory or bucket.",
            id="imagehub.E006",
        )


def _check_policy() -> Iterator[CheckMessage]:
    try:
        policy = load_policy()
    except (OSError, ValueError) as error:
        yield Error(
            f"The policy cannot be read: {error}", hint="Look at edge/contract/policy.json.", id="imagehub.E004"
        )
        return
    if policy.signed == "always" and not policy.secret:
        yield Error(
            "Every URL needs a signature, and the policy names no secret to make one with.",
            hint='Name one as "secret" in policy.json, or set "signed" to "off-ladder".',
            id="imagehub.E007",
        )
    elif policy.secret:
        try:
            parse_location(policy.secret)
        except ValueError as error:
            yield Error(f'The policy\'s "secret" is {error}', hint="See docs/signing.md.", id="imagehub.E008")


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
