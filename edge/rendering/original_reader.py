"""Reading originals from storage: their metadata first, their bytes only if they are needed."""

from __future__ import annotations

from dataclasses import dataclass

from edge.contract.errors import NotFound, SourceRefused
from edge.contract.original import OriginalFacts, Verdict, original_object_key
from edge.contract.timings import Timings
from edge.rendering.variant_writer import original_missing
from edge.storage.errors import Missing, TooLarge
from edge.storage.objects.store import Condition, Head, Store


@dataclass(frozen=True, slots=True)
class LoadedOriginal:
    """An original's bytes and its head."""

    body: bytes
    head: Head

    @property
    def facts(self) -> OriginalFacts:
        return facts_of(self.head)


def facts_of(original: Head) -> OriginalFacts:
    """What is known of an original without its bytes."""
    return OriginalFacts.of(original.metadata, original.etag)


def check_shown(original: Head) -> None:
    """Raises `NotFound` if visitors may see nothing of an original."""
    if facts_of(original).verdict is Verdict.WITHHELD:
        raise NotFound("image_withheld", "This image is not shown.")


@dataclass(frozen=True, slots=True)
class OriginalReader:
    """Reads originals of at most ``max_bytes``. Its methods raise `NotFound` and `StorageUnavailable`."""

    store: Store
    max_bytes: int

    def head(self, key: str) -> Head:
        """The original without its bytes."""
        try:
            return self.store.head(original_object_key(key))
        except Missing:
            raise original_missing() from None

    def load(self, key: str, timings: Timings, only_if: Condition) -> LoadedOriginal:
        """The original. Raises `SourceRefused` if it is too large, and `PreconditionFailed`."""
        with timings.measure("fetch"):
            try:
                found = self.store.get(original_object_key(key), self.max_bytes, only_if)
            except Missing:
                raise original_missing() from None
            except TooLarge:
                message = f"The original has more than {self.max_bytes // 2**20} MB, which is the limit."
                raise SourceRefused.too_large(message) from None
        return LoadedOriginal(found.body, found.head)
