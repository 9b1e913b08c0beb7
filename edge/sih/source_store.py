"""Our store, with the objects of a source bucket in place of the originals. That bucket is only read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from edge.contract.original import original_object_key
from edge.sih.source_buckets import SourceBucket
from edge.storage.objects.store import Condition, Head, Object, PreconditionFailed, Store

_ORIGINALS = original_object_key("")


@dataclass(frozen=True, slots=True)
class SourceStore(Store):
    """``store`` holds the variants, ``source`` the originals.

    Their metadata is somebody else's and says nothing here. So a version follows from the ETag, and what nobody has
    examined is rendered in a child process.
    """

    store: Store
    source: Store
    bucket: SourceBucket

    def get(self, object_key: str, max_bytes: int | None = None, only_if: Condition | None = None) -> Object:
        if not object_key.startswith(_ORIGINALS):
            return self.store.get(object_key, max_bytes, only_if)
        condition = None if only_if is None else lambda head: only_if(_without_metadata(head))
        try:
            found = self.source.get(self._in_source(object_key), max_bytes, condition)
        except PreconditionFailed as failed:
            raise PreconditionFailed(_without_metadata(failed.head)) from None
        return replace(found, head=_without_metadata(found.head))

    def head(self, object_key: str) -> Head:
        if not object_key.startswith(_ORIGINALS):
            return self.store.head(object_key)
        return _without_metadata(self.source.head(self._in_source(object_key)))

    def put(
        self,
        object_key: str,
        body: bytes,
        *,
        content_type: str,
        cache_control: str | None = None,
        content_disposition: str | None = None,
        metadata: Mapping[str, str] | None = None,
        only_if_absent: bool = False,
    ) -> str | None:
        self._check_ours(object_key)
        return self.store.put(
            object_key,
            body,
            content_type=content_type,
            cache_control=cache_control,
            content_disposition=content_disposition,
            metadata=metadata,
            only_if_absent=only_if_absent,
        )

    def delete(self, object_key: str) -> None:
        self._check_ours(object_key)
        self.store.delete(object_key)

    def list(self, prefix: str) -> Iterator[str]:
        return self.store.list(prefix)

    def _in_source(self, object_key: str) -> str:
        return self.bucket.object_key(object_key.removeprefix(_ORIGINALS))

    def _check_ours(self, object_key: str) -> None:
        if object_key.startswith(_ORIGINALS):
            raise ValueError(f"{object_key} is in a bucket that is only read")


def _without_metadata(head: Head) -> Head:
    return replace(head, metadata={})
