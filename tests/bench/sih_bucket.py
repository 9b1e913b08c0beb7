"""An S3 server with originals for the gateway, and for Node, which reads them by another key."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from edge.contract.original import original_object_key
from edge.gateway_settings import STORE
from edge.sih.settings import VARIABLE
from edge.storage.objects.location import open_store
from edge.storage.objects.store import Store
from tests.bench.origin import FACTS
from tests.s3server import S3Server, run_s3_server


@dataclass(frozen=True)
class SihBucket:
    """A bucket with each original twice: as our asset, and below the key by which Node reads it."""

    server: S3Server
    store: Store
    sources: Mapping[str, Path]

    def fill(self) -> None:
        for key, path in self.sources.items():
            kind = "image/png" if path.suffix == ".png" else "image/jpeg"
            for object_key in (key, original_object_key(key)):
                self.store.put(object_key, path.read_bytes(), content_type=kind, metadata=FACTS.as_metadata())

    def forget(self) -> None:
        """Delete all variants."""
        for object_key in list(self.store.list("variants/")):
            self.store.delete(object_key)

    @property
    def environment(self) -> dict[str, str]:
        """The gateway's."""
        settings = {"path": "/", "buckets": {self.server.bucket: ""}}
        return {**self.server.environment, STORE: self.server.location, VARIABLE: json.dumps(settings)}


@contextmanager
def sih_bucket(sources: Mapping[str, Path]) -> Iterator[SihBucket]:
    """A running S3 server with ``sources``, files by their keys."""
    with tempfile.TemporaryDirectory() as folder, run_s3_server(Path(folder)) as server:
        bucket = SihBucket(server, open_store(server.location, lambda: server.credentials), sources)
        bucket.fill()
        yield bucket
