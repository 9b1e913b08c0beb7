"""The fallback picture, made in advance: a plain JPEG or PNG, small enough to stand in any reply."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import replace

from assets.conf import store
from edge.contract.errors import SourceRefused
from edge.contract.manifest import FALLBACK_PREFIX, PublishedFallback
from edge.contract.original import OriginalFacts, original_object_key
from edge.contract.policy import load_policy
from edge.contract.recipe import Recipe
from edge.image import render
from edge.storage.errors import Missing
from edge.storage.fallback_cache import MAX_BYTES

_log = logging.getLogger(__name__)

#: The box that it lies in, in pixels, the first whose file is small enough. The last one's always is.
_SIDES = (800, 600, 400, 300, 200, 100)


def made(key: str) -> PublishedFallback | None:
    """The fallback picture of the original ``key``, made and stored unless it is there; `None` where it cannot be.

    It lies under the original's version, so it never changes. Raises `StorageUnavailable`.
    """
    if not key:
        return None
    try:
        return _stored(key) or _make(key)
    except (Missing, SourceRefused) as error:
        _log.error("%s cannot be the fallback picture: %r", key, error)
        return None


def sweep(current: PublishedFallback | None) -> None:
    """Take away what earlier ones left: a picture that is taken away is gone from here too."""
    for name in list(store().list(FALLBACK_PREFIX)):
        if current is None or name != current.object_key:
            store().delete(name)


def _stored(key: str) -> PublishedFallback | None:
    name = _name(store().head(original_object_key(key)).metadata)
    try:
        found = store().get(name)
    except Missing:
        return None
    return _described(name, found.head.content_type, found.body)


def _make(key: str) -> PublishedFallback:
    original = store().get(original_object_key(key))
    name = _name(original.head.metadata)
    body, content_type = _render(original.body)
    store().put(name, body, content_type=content_type)
    return _described(name, content_type, body)


def _name(metadata: Mapping[str, str]) -> str:
    facts = OriginalFacts.read(metadata)
    if facts is None:
        raise Missing("an original that was uploaded here")
    return f"{FALLBACK_PREFIX}{facts.version}.{load_policy().rev}"


def _described(name: str, content_type: str, body: bytes) -> PublishedFallback:
    return PublishedFallback(name, content_type, hashlib.sha256(body).hexdigest())


def _render(original: bytes) -> tuple[bytes, str]:
    """The first frame, whole. Raises `SourceRefused`."""
    policy = replace(load_policy(), max_frames=1)
    for side in _SIDES:
        result = render(original, Recipe(side, side, "inside"), "basic", policy=policy)
        if len(result.body) <= MAX_BYTES:
            break
    return result.body, result.content_type
