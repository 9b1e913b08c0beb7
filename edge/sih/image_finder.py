"""From a request in that product's terms to the variant, found in storage or rendered and stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from edge.contract.edits import RecipeOrEdits
from edge.contract.errors import ServiceUnavailable
from edge.contract.timings import Timings
from edge.contract.variant_key import VariantKey
from edge.rendering.original_reader import check_shown, facts_of
from edge.rendering.variant import Variant
from edge.rendering.variant_service import VariantService
from edge.rendering.variant_writer import OriginalChanged
from edge.sih.source_buckets import SourceBucket
from edge.sih.source_store import SourceStore
from edge.storage.objects.location import open_store
from edge.storage.objects.store import Head

_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Rendition:
    """What to render, and the class of formats to answer in."""

    what: RecipeOrEdits
    format_class: str


@dataclass(frozen=True, slots=True)
class FoundImage:
    """A variant, and the head of its original."""

    variant: Variant
    original: Head


def service_of(bucket: SourceBucket, service: VariantService) -> VariantService:
    """``service``, or one that reads the originals in ``bucket`` and stores their variants with all others."""
    if not bucket.location:
        return service
    return replace(service, store=SourceStore(service.store, open_store(bucket.location), bucket))


def find_image(
    service: VariantService, key: str, choose: Callable[[Head], Rendition], timings: Timings, max_body: int
) -> FoundImage:
    """The image ``key`` as ``choose`` says from its head; of one with more than ``max_body`` bytes only what it is.

    Raises `edge.contract.errors.EdgeError`, `StorageUnavailable`, and whatever ``choose`` raises.
    """
    for _ in range(_ATTEMPTS):
        with timings.measure("fetch"):
            head = service.originals.head(key)
        check_shown(head)
        rendition = choose(head)
        slug, version = rendition.what.slug, facts_of(head).version
        true_key = VariantKey(key, version, service.policy.rev, slug, rendition.format_class)
        try:
            return FoundImage(service.true_variant(true_key, rendition.what, head, timings, max_body), head)
        except OriginalChanged:
            continue
    raise ServiceUnavailable("original_changing", "This image is being replaced. Try again in a moment.")
