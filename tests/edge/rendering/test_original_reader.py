"""Reading originals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from edge.contract.errors import NotFound, SourceRefused
from edge.contract.original import OriginalFacts
from edge.contract.timings import Timings
from edge.rendering.original_reader import OriginalReader, facts_of
from edge.storage.objects.directory import DirectoryStore
from edge.storage.objects.store import Condition, Head, Object, PreconditionFailed
from tests.edge.originals import NEW, OLD


@dataclass
class Reads:
    """How many bodies a store has returned."""

    bodies: int = 0


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Reads:
    reads, get = Reads(), DirectoryStore.get

    def counting(self: DirectoryStore, key: str, limit: int | None = None, only_if: Condition | None = None) -> Object:
        found = get(self, key, limit, only_if)
        reads.bodies += 1
        return found

    monkeypatch.setattr(DirectoryStore, "get", counting)
    return reads


def _any(_head: Head) -> bool:
    return True


@pytest.fixture
def reader(store: DirectoryStore) -> OriginalReader:
    return OriginalReader(store, 2**20)


def test_the_facts_are_read_without_the_body(
    reader: OriginalReader, put_original: Callable[..., None], reads: Reads
) -> None:
    put_original(b"pixels", OriginalFacts("00000001", (310, 420)))
    assert facts_of(reader.head("a.jpg")) == OriginalFacts("00000001", (310, 420))
    assert reads.bodies == 0


def test_without_metadata_the_facts_are_known_without_the_body_too(
    reader: OriginalReader, store: DirectoryStore, reads: Reads
) -> None:
    versions = []
    for body in (b"pixels", b"others", b"pixels"):
        store.put("originals/a.jpg", body, content_type="image/jpeg")
        versions.append(facts_of(reader.head("a.jpg")).version)
    assert (len(set(versions)), versions[0], reads.bodies) == (2, versions[2], 0)


def test_an_original_that_does_not_fulfil_the_condition_is_not_read(
    reader: OriginalReader, put_original: Callable[..., None], reads: Reads
) -> None:
    put_original(b"pixels", OLD)
    with pytest.raises(PreconditionFailed):
        reader.load("a.jpg", Timings(), lambda head: facts_of(head) == NEW)
    assert reads.bodies == 0
    loaded = reader.load("a.jpg", Timings(), lambda head: facts_of(head) == OLD)
    assert (loaded.body, loaded.facts) == (b"pixels", OLD)


def test_loading_is_measured_as_fetch(reader: OriginalReader, put_original: Callable[..., None]) -> None:
    put_original(b"pixels")
    timings = Timings()
    reader.load("a.jpg", timings, _any)
    assert list(timings) == ["fetch"]


def test_a_missing_original_is_404(reader: OriginalReader) -> None:
    for access in (
        lambda: reader.head("a.jpg"),
        lambda: reader.load("a.jpg", Timings(), _any),
    ):
        with pytest.raises(NotFound) as missing:
            access()
        assert missing.value.code == "original_missing"


def test_an_original_above_the_limit_is_415(reader: OriginalReader, put_original: Callable[..., None]) -> None:
    put_original(bytes(2**20 + 1))
    with pytest.raises(SourceRefused, match="more than 1 MB") as refused:
        reader.load("a.jpg", Timings(), _any)
    assert refused.value.code == "source_too_large"
