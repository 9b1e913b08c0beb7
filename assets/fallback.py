"""The fallback image: a small JPEG or PNG, rendered in advance, that is sent in place of a missing image."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import replace

from assets.storage import object_store
from edge.contract.errors import SourceRefused
from edge.contract.manifest import FALLBACK_PREFIX, PublishedFallback
from edge.contract.original import OriginalFacts, Verdict, original_object_key
from edge.contract.policy import load_policy
from edge.contract.recipe import Recipe
from edge.image import render
from edge.storage.errors import Missing
from edge.storage.fallback_cache import MAX_BYTES

log = logging.getLogger(__name__)

#: The longest side in pixels: the first of these whose file is small enough. The last one's always is.
_SIDES = (800, 600, 400, 300, 200, 100)


def prepare(key: str, revision: int, published: PublishedFallback | None) -> PublishedFallback | None:
    """Render and store the fallback image of the asset ``key`` for the manifest's ``revision``.

    Returns ``published``, which the manifest names now, if it still shows that original; None if ``key`` is empty,
    visitors may not see the image, or it cannot be rendered. Raises `StorageUnavailable`.
    """
    if not key:
        return None
    try:
        metadata = object_store().head(original_object_key(key)).metadata
        prefix = _name_prefix(metadata)
        if _verdict(metadata) is Verdict.WITHHELD:
            log.warning("The image %s is withheld, so there is no fallback image.", key)
            return None
        if published and published.object_key.startswith(prefix) and _exists(published.object_key):
            return published
        return _render_and_store(key, revision)
    except (Missing, SourceRefused) as error:
        log.error("The image %s cannot be the fallback image, so there is none: %r", key, error)
        return None


def delete_stale(current: PublishedFallback | None, revision: int) -> None:
    """Delete fallback images that no manifest names, now that ``revision`` with ``current`` is published.

    Only those of earlier revisions, since one of a later revision may be about to be published.
    """
    for name in list(object_store().list(FALLBACK_PREFIX)):
        if (current is None or name != current.object_key) and _revision(name) < revision:
            object_store().delete(name)


def _render_and_store(key: str, revision: int) -> PublishedFallback:
    original = object_store().get(original_object_key(key))
    # Each name is used for one revision only, so deleting a stale image never hits one that is named again.
    name = f"{_name_prefix(original.head.metadata)}{revision}"
    verdict = _verdict(original.head.metadata)
    if verdict is Verdict.WITHHELD:
        raise Missing("the image was withheld just now")
    body, content_type = _render(original.body, blurred=verdict is Verdict.BLURRED)
    object_store().put(name, body, content_type=content_type)
    return PublishedFallback(name, content_type, hashlib.sha256(body).hexdigest())


def _name_prefix(metadata: Mapping[str, str]) -> str:
    """The object key without its last part, the manifest's revision."""
    facts = OriginalFacts.read(metadata)
    if facts is None:
        raise Missing("the original has no version in its metadata, as if copied into the bucket; upload it again")
    return f"{FALLBACK_PREFIX}{facts.version}.{load_policy().rev}."


def _verdict(metadata: Mapping[str, str]) -> Verdict:
    facts = OriginalFacts.read(metadata)
    return facts.verdict if facts else Verdict.SHOWN


def _revision(name: str) -> int:
    last = name.rpartition(".")[2]
    return int(last) if last.isdecimal() else 0


def _exists(name: str) -> bool:
    try:
        object_store().head(name)
    except Missing:
        return False
    return True


def _render(original: bytes, *, blurred: bool) -> tuple[bytes, str]:
    """The first frame, uncropped: its bytes and Content-Type. Raises `SourceRefused`."""
    policy = replace(load_policy(), max_frames=1)
    for side in _SIDES:
        result = render(original, Recipe(side, side, "inside"), "basic", blurred=blurred, policy=policy)
        if len(result.body) <= MAX_BYTES:
            break
    return result.body, result.content_type
