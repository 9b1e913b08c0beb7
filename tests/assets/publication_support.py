"""What tests of publishing originals share: the facts in storage, and storage that fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edge.contract.original import OriginalFacts
from edge.storage.objects.store import Store


def facts(store: Store, key: str = "photos/beach.jpg") -> OriginalFacts | None:
    return OriginalFacts.read(store.head(f"originals/{key}").metadata)


@contextmanager
def unwritable(folder: Path) -> Iterator[None]:
    """A file where ``folder`` was: nothing can be stored below it. Root ignores permissions."""
    aside = folder.with_name(f"{folder.name}-aside")
    if folder.exists():
        folder.rename(aside)
    folder.write_bytes(b"")
    try:
        yield
    finally:
        folder.unlink()
        if aside.exists():
            aside.rename(folder)
