"""Finding an image although its original may change at any time."""

from __future__ import annotations

import pytest

from edge.contract.edits import Edits
from edge.contract.errors import NotFound, ServiceUnavailable
from edge.contract.original import OriginalFacts
from edge.contract.recipe import Recipe
from edge.contract.timings import Timings
from edge.rendering.open_responder import open_responder
from edge.rendering.variant_service import VariantService
from edge.sih.image_finder import FoundImage, Rendition, find_image, service_of
from edge.sih.source_buckets import SourceBucket
from edge.sih.source_store import SourceStore
from edge.storage.objects.directory import DirectoryStore
from edge.storage.objects.store import Head
from tests.edge.originals import jpeg, stored_variants

RENDITION = Rendition(Edits(Recipe(width=40), upright=False), "jpeg")


@pytest.fixture
def service(store: DirectoryStore) -> VariantService:
    open_responder.cache_clear()
    return open_responder(store.root.as_uri(), True).service


def put(store: DirectoryStore, version: str, colour: str = "red") -> None:
    store.put("originals/a.jpg", jpeg(colour), content_type="image/jpeg", metadata=OriginalFacts(version).as_metadata())


def find(service: VariantService, choose: object = None) -> FoundImage:
    return find_image(service, "a.jpg", choose or (lambda _: RENDITION), Timings(), 1 << 20)  # type: ignore[arg-type]


def test_an_original_that_is_replaced_once_is_rendered_again(store: DirectoryStore, service: VariantService) -> None:
    put(store, "00000001")
    seen = list[Head]()

    def choose(head: Head) -> Rendition:
        seen.append(head)
        if len(seen) == 1:
            put(store, "00000002", "blue")
        return RENDITION

    found = find(service, choose)
    assert (len(seen), found.variant.key.version) == (2, "00000002")
    assert [each.split("/")[2][:8] for each in stored_variants(store)] == ["00000002"]


def test_one_that_is_replaced_all_the_time_is_unavailable(store: DirectoryStore, service: VariantService) -> None:
    versions = iter(range(1, 99))

    def choose(_: Head) -> Rendition:
        put(store, f"{next(versions):08x}")
        return RENDITION

    put(store, "00000063")
    with pytest.raises(ServiceUnavailable, match="being replaced"):
        find(service, choose)
    assert stored_variants(store) == []


def test_a_missing_original_is_not_found(service: VariantService) -> None:
    with pytest.raises(NotFound):
        find(service)


def test_only_a_bucket_with_a_location_has_a_store_of_its_own(service: VariantService) -> None:
    assert service_of(SourceBucket("photos", "p/"), service) is service
    other = service_of(SourceBucket("archive", location="file:///archive"), service)
    assert isinstance(other.store, SourceStore)
    assert other.failures is service.failures
