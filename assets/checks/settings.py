"""Checks of IMAGEHUB, STORAGES["originals"] and the policy, without any request to storage or AWS."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import storages

from assets.checks.analysis import check_analyser
from assets.checks.moderation import check_moderation
from assets.conf import Config, config
from assets.storage import DirectoryOriginals, Originals
from edge.contract.policy import load_policy
from edge.storage.objects.location import open_store
from edge.storage.signing_keys.location import parse_location

_BACKENDS = 'Use "assets.storage.DirectoryOriginals" with a location, or "assets.storage_s3.S3Originals" with a bucket.'
#: A scheme, a host by name or address, and perhaps a port. A name outside ASCII is written in Punycode. Names and a
#: password, or a wildcard, would be part of every image's URL and of the demo's Content-Security-Policy.
_CDN_URL = re.compile(
    r"https?://(?P<host>[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?", re.I
)

_DISTRIBUTION = re.compile(r"[A-Za-z0-9]{1,64}")


@register
def check_settings(**_: Any) -> list[CheckMessage]:
    try:
        found = config()
    except ImproperlyConfigured as error:
        hint = 'Write IMAGEHUB = {"CDN_URL": "https://d111111abcdef8.cloudfront.net", "STORE": "s3://bucket?region=…"}.'
        return [Error(str(error), hint=hint, id="imagehub.E001"), *_check_policy()]
    return [
        *_check_cdn(found),
        *_check_other_distributions(found),
        *_check_store(found),
        *check_analyser(found),
        *check_moderation(found),
        *_check_policy(),
    ]


def _check_cdn(found: Config) -> Iterator[CheckMessage]:
    url = _CDN_URL.fullmatch(found.cdn_url)
    if url is None or not 0 < int(url["port"] or 443) < 65536:
        yield Error(
            f'IMAGEHUB["CDN_URL"] must be a scheme and a host, but is {found.cdn_url!r}.',
            hint="Write it as in https://d111111abcdef8.cloudfront.net.",
            id="imagehub.E002",
        )
    elif not found.distribution_id and not _is_local(url["host"].strip("[]")):
        yield Warning(
            f'Purges do not reach {url["host"]}, since IMAGEHUB has no "DISTRIBUTION_ID".',
            hint="Set it to the distribution's id, such as E1ABCDEFGHIJKL.",
            id="imagehub.W001",
        )


def _check_other_distributions(found: Config) -> Iterator[CheckMessage]:
    if found.other_distribution_ids and not found.distribution_id:
        yield Error(
            'IMAGEHUB has "OTHER_DISTRIBUTION_IDS", and no "DISTRIBUTION_ID" beside which they could be others.',
            hint="Set DISTRIBUTION_ID to the distribution of CDN_URL.",
            id="imagehub.E024",
        )
    elif wrong := [each for each in found.distributions if not _DISTRIBUTION.fullmatch(each)]:
        yield Error(
            f"{wrong[0]!r} is not the id of a distribution.",
            hint="Write ids such as E1ABCDEFGHIJKL; several, in OTHER_DISTRIBUTION_IDS, with commas between them.",
            id="imagehub.E024",
        )


def _check_store(found: Config) -> Iterator[CheckMessage]:
    try:
        open_store(found.store)
    except ValueError as error:
        yield Error(
            f'IMAGEHUB["STORE"] is {error}',
            hint="Write s3://bucket?region=eu-west-1 or file:///absolute/path.",
            id="imagehub.E003",
        )
    else:
        yield from _check_originals(found.store)


def _check_originals(location: str) -> Iterator[CheckMessage]:
    try:
        originals = storages["originals"]
    except Exception as error:  # whatever a backend raises for options that it cannot use
        yield Error(f'STORAGES["originals"] cannot be used: {error}', hint=_BACKENDS, id="imagehub.E005")
        return
    if not isinstance(originals, Originals):
        name = f"{type(originals).__module__}.{type(originals).__qualname__}"
        yield Error(f'STORAGES["originals"] is a {name}, which changes keys.', hint=_BACKENDS, id="imagehub.E005")
    elif not originals.is_in(location):
        yield Error(
            f'STORAGES["originals"] is not in IMAGEHUB["STORE"], {location}, so no uploaded image would be found.',
            hint="Let both name the same directory or bucket.",
            id="imagehub.E006",
        )
    elif isinstance(originals, DirectoryOriginals) and not originals.store.root.is_dir():
        yield Error(  # it is not created: a disk that is not mounted must not look like an empty store
            f"The directory {originals.store.root} does not exist, so no image can be stored.",
            hint=f"Create it (mkdir -p -m 700 {originals.store.root}), or mount the disk that it is on.",
            id="imagehub.E013",
        )


def _check_policy() -> Iterator[CheckMessage]:
    try:
        policy = load_policy()
    except (OSError, ValueError) as error:
        hint = "Correct the file that IMAGEHUB_POLICY names, or edge/contract/policy.json. See docs/settings.md."
        yield Error(f"The policy cannot be read: {error}", hint=hint, id="imagehub.E004")
        return
    if policy.signed == "always" and not policy.secret:
        yield Error(
            "The policy wants a signature on every URL, but names no secret to sign with.",
            hint='Name one as "secret" in policy.json, or set "signed" to "off-ladder".',
            id="imagehub.E007",
        )
    elif policy.secret:
        try:
            parse_location(policy.secret)
        except ValueError as error:
            yield Error(f'The policy\'s "secret" is {error}', hint="See docs/signing.md.", id="imagehub.E008")


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
