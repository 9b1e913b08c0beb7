"""What a command warms: presets of images, or what visitors asked for most. What is stored is left out."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from assets.access_log import LoggedPath
from assets.conf import config
from assets.links import img_url
from assets.models import VISIBLE, Asset, Preset
from assets.models.rows import primary
from assets.storage import object_store
from assets.warming import ACCEPTS
from edge.contract.errors import EdgeError
from edge.contract.negotiation import negotiate
from edge.contract.policy import load_policy
from edge.contract.recipe import PresetRef
from edge.contract.url import parse_url
from edge.contract.variant_key import VariantKey

_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class VariantRequest:
    """A URL, the ``Accept`` header to send, and the key of the variant that answers it."""

    url: str
    accept: str
    variant: VariantKey


def of_presets(keys: Iterable[str] | None, presets: Iterable[Preset]) -> Iterator[VariantRequest]:
    """Every one of ``presets`` of the images with these keys, or of all that visitors see, in each class of formats."""
    rows, presets = primary(Asset).filter(VISIBLE).order_by("key"), list(presets)
    for asset in (rows if keys is None else rows.filter(key__in=list(keys))).iterator(_AT_A_TIME):
        for preset in presets:
            url, slug = img_url(asset, preset=preset), PresetRef(preset.name, preset.revision).slug
            for accept in ACCEPTS:
                yield VariantRequest(url, accept, _variant(asset.key, asset.version, slug, negotiate(accept)))


def of_log(paths: Iterable[LoggedPath]) -> Iterator[VariantRequest]:
    """What ``paths`` ask for, in their order. URLs of images that are gone, and those that are wrong, are left out."""
    policy = load_policy()
    for logged in paths:
        try:
            asked = parse_url(logged.path, logged.query, policy)
            recipe = asked.recipe if asked.signature else policy.snap(asked.recipe)
        except EdgeError:
            continue
        version = _version(asked.key)
        url = f"{config().cdn_url}{logged.path}{'?' if logged.query else ''}{logged.query}"
        if version:
            # A URL that names a format gives every browser the same file.
            by_class = {negotiate(accept, asked.format): accept for accept in reversed(ACCEPTS)}
            for name, accept in by_class.items():
                yield VariantRequest(url, accept, _variant(asked.key, version, recipe.slug, name))


def is_stored(request: VariantRequest) -> bool:
    """Whether the bucket has the variant. Raises `StorageUnavailable`. One listing answers for a whole image."""
    variant = request.variant
    return variant.object_key in _stored(f"variants/{variant.key}/{variant.version}.{variant.rev}/")


def at_rate(requests: Iterable[VariantRequest], per_second: float) -> Iterator[VariantRequest]:
    """The same, at most so many a second."""
    due = time.monotonic()
    for request in requests:
        time.sleep(max(0.0, due - time.monotonic()))
        yield request
        due = max(due, time.monotonic() - 1) + 1 / per_second


def _variant(key: str, version: str, slug: str, format_class: str) -> VariantKey:
    return VariantKey(key, version, load_policy().rev, slug, format_class)


@lru_cache(maxsize=_AT_A_TIME)
def _version(key: str) -> str | None:
    return primary(Asset).filter(VISIBLE, key=key).values_list("version", flat=True).first()


@lru_cache(maxsize=_AT_A_TIME)
def _stored(prefix: str) -> frozenset[str]:
    return frozenset(object_store().list(prefix))


def forget() -> None:
    """Look at the database and the bucket again."""
    _version.cache_clear()
    _stored.cache_clear()
