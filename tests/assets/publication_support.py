"""What tests of publishing originals share: the facts in storage, and storage that fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assets.models import Asset
from edge.contract.original import OriginalFacts
from edge.contract.values import Point
from edge.storage.objects.store import Store


def facts(store: Store, key: str = "photos/beach.jpg") -> OriginalFacts | None:
    return OriginalFacts.read(store.head(f"originals/{key}").metadata)


def facts_of(asset: Asset, focal: Point | None = None, *, examined: bool = True) -> OriginalFacts:
    """What the original of ``asset``, in which nobody has looked for faces, must say of itself."""
    size = asset.width, asset.height
    return OriginalFacts(asset.version, focal, examined, size=size, placeholder=asset.placeholder)


def make_old(asset: Asset, store: Store, **changes: Any) -> None:
    """Leave row and original as releases left them that knew no placeholders."""
    Asset._base_manager.filter(pk=asset.pk).update(placeholder="", **changes)
    name = f"originals/{asset.key}"
    metadata = OriginalFacts(asset.version, asset.focal).as_metadata()
    store.put(name, store.get(name).body, content_type="image/jpeg", metadata=metadata)


@contextmanager
def unwritable(folder: Path) -> Iterator[None]:
    """A file where ``folder`` was: nothing can be stored below it. Root ignores permissions."""
    aside = folder.with_name(f"{folder.name}-aside")
    folder.parent.mkdir(parents=True, exist_ok=True)
    if folder.exists():
        folder.rename(aside)
    folder.write_bytes(b"")
    try:
        yield
    finally:
        folder.unlink()
        if aside.exists():
            aside.rename(folder)
