"""Reading originals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from edge.contract.errors import NotFound, SourceRefused
from edge.contract.original import OriginalFacts
from edge.contract.timings import Timings
from edge.rendering.original_reader import OriginalReader
from edge.storage.objects.directory import DirectoryStore
from edge.storage.objects.store import Condition, Object
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


@pytest.fixture
def reader(store: DirectoryStore) -> OriginalReader:
    return OriginalReader(store, 2**20)


def test_the_facts_are_read_without_the_body(
    reader: OriginalReader, put_original: Callable[..., None], reads: Reads
) -> None:
    put_original(b"pixels", OriginalFacts("00000001", (310, 420)))
    assert reader.facts("a.jpg") == OriginalFacts("00000001", (310, 420))
    assert reads.bodies == 0


def test_without_metadata_there_are_no_facts_until_the_body_is_loaded(
    reader: OriginalReader, store: DirectoryStore
) -> None:
    store.put("originals/a.jpg", b"pixels", content_type="image/jpeg")
    assert reader.facts("a.jpg") is None
    assert len(reader.load("a.jpg", Timings()).facts.version) == 8


def test_an_original_of_another_version_is_not_read(
    reader: OriginalReader, put_original: Callable[..., None], reads: Reads
) -> None:
    put_original(b"pixels", OLD)
    assert reader.load_version("a.jpg", NEW.version, Timings()) is None
    assert reads.bodies == 0
    loaded = reader.load_version("a.jpg", OLD.version, Timings())
    assert loaded is not None
    assert (loaded.body, loaded.facts) == (b"pixels", OLD)


def test_loading_is_measured_as_fetch(reader: OriginalReader, put_original: Callable[..., None]) -> None:
    put_original(b"pixels")
    timings = Timings()
    reader.load("a.jpg", timings)
    assert list(timings) == ["fetch"]


def test_a_missing_original_is_404(reader: OriginalReader) -> None:
    for access in (
        lambda: reader.facts("a.jpg"),
        lambda: reader.load("a.jpg", Timings()),
        lambda: reader.load_version("a.jpg", OLD.version, Timings()),
    ):
        with pytest.raises(NotFound) as missing:
            access()
        assert missing.value.code == "original_missing"


def test_an_original_above_the_limit_is_415(reader: OriginalReader, put_original: Callable[..., None]) -> None:
    put_original(bytes(2**20 + 1))
    with pytest.raises(SourceRefused, match="more than 1 MB") as refused:
        reader.load("a.jpg", Timings())
    assert refused.value.code == "source_too_large"
