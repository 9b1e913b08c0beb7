"""The responder of a store, as a handler opens it once for its whole process."""

from __future__ import annotations

from functools import cache

from edge.contract.policy import load_policy
from edge.image import malloc
from edge.rendering.failure_memory import FailureMemory
from edge.rendering.overlay_reader import OverlayReader
from edge.rendering.responder import Responder
from edge.rendering.variant_service import VariantService
from edge.storage.fallback_cache import FallbackCache
from edge.storage.manifest_cache import ManifestCache
from edge.storage.objects.location import open_store


@cache
def open_responder(location: str, renders: bool) -> Responder:
    """The responder of the store at ``location``; without ``renders`` it replies from what is stored only."""
    malloc.keep_freed()
    store, policy = open_store(location), load_policy()
    manifests, failures = ManifestCache(store), FailureMemory(store, policy.rev)
    service = VariantService(store, policy, manifests, failures, OverlayReader(store), renders)
    return Responder(service, FallbackCache(store, manifests))
