"""The local CloudFront before a directory store of its own, for tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from edge.store import Store
from edge.store.location import open_store
from infra.local import cloudfront


@dataclass(frozen=True)
class LocalCloudFront:
    """Where it listens, and the directory behind it."""

    url: str
    distribution_id: str
    folder: Path

    @property
    def location(self) -> str:
        return self.folder.as_uri()

    @property
    def store(self) -> Store:
        return open_store(self.location)


@contextmanager
def run_local_cloudfront(folder: Path, *options: str) -> Iterator[LocalCloudFront]:
    """One whose store, cache and invalidations are in ``folder``."""
    objects = folder / "store"
    objects.mkdir()
    with cloudfront.LocalCloudFront(store=objects.as_uri(), data=folder / "cdn", options=options) as server:
        yield LocalCloudFront(server.url, server.distribution_id, objects)
