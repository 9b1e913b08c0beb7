"""Reading originals from storage: their metadata first, their bytes only if they are needed."""

from __future__ import annotations

from dataclasses import dataclass

from edge.contract.errors import SourceRefused
from edge.contract.original import OriginalFacts, original_object_key
from edge.contract.timings import Timings
from edge.rendering.variant_writer import original_missing
from edge.storage.errors import Missing, TooLarge
from edge.storage.objects.store import Condition, Head, PreconditionFailed, Store


@dataclass(frozen=True, slots=True)
class LoadedOriginal:
    """An original's bytes and what is known about them."""

    body: bytes
    head: Head
    facts: OriginalFacts


@dataclass(frozen=True, slots=True)
class OriginalReader:
    """Reads originals of at most ``max_bytes``. Its methods raise `NotFound` and `StorageUnavailable`."""

    store: Store
    max_bytes: int

    def facts(self, key: str) -> OriginalFacts | None:
        """What the metadata of the original says; `None` if it was put into the bucket without any."""
        try:
            return OriginalFacts.read(self.store.head(original_object_key(key)).metadata)
        except Missing:
            raise original_missing() from None

    def load(self, key: str, timings: Timings, only_if: Condition | None = None) -> LoadedOriginal:
        """The original. Raises `SourceRefused` if it is too large, and `PreconditionFailed`."""
        with timings.measure("fetch"):
            try:
                found = self.store.get(original_object_key(key), self.max_bytes, only_if)
            except Missing:
                raise original_missing() from None
            except TooLarge:
                message = f"The original has more than {self.max_bytes // 2**20} MB, which is the limit."
                raise SourceRefused.too_large(message) from None
        facts = OriginalFacts.read(found.head.metadata, found.body)
        assert facts is not None  # noqa: S101  # `read` returns None only without a body
        return LoadedOriginal(found.body, found.head, facts)

    def load_version(self, key: str, version: str, timings: Timings) -> LoadedOriginal | None:
        """The original, unless its metadata names another version.

        Its bytes are then not read, because visitors can make up any number of versions.
        """

        def has_version(head: Head) -> bool:
            facts = OriginalFacts.read(head.metadata)
            return facts is None or facts.version == version

        try:
            return self.load(key, timings, has_version)
        except PreconditionFailed:
            return None
