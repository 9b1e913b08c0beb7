"""The object store that Django works with: the edge's, with compare-and-set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from edge.storage.objects.store import ListedObject, Store


class ObjectStore(Store, Protocol):
    """A bucket or a directory. Keys are those of the whole bucket, such as ``originals/photo.jpg``."""

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
        if_match: str | None = None,
    ) -> str | None:
        """Write the object, completely or not at all; returns its ETag.

        With ``only_if_absent``, or with the ETag that the object must still have in ``if_match``, returns None and
        writes nothing if somebody else has written in the meantime.
        """

    def describe_all(self, prefix: str) -> Iterator[ListedObject]:
        """The objects that begin with ``prefix``, with size and time, in S3's order."""

    def delete_many(self, object_keys: Sequence[str]) -> None:
        """Delete those that exist, in as few requests as possible.

        Raises `StorageUnavailable` if some could not be deleted; the others are.
        """
