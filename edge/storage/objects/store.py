"""The protocol of object stores: an S3 bucket, and a directory that behaves like one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Head:
    """An object without its bytes. ``size`` in bytes; ``metadata`` keys are lower-case, without ``x-amz-meta-``."""

    size: int
    etag: str
    last_modified: datetime
    content_type: str = "application/octet-stream"
    cache_control: str | None = None
    content_disposition: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    #: The store's clock when it answered, so that its times can be compared without trusting ours.
    now: datetime | None = None


@dataclass(frozen=True, slots=True)
class Object:
    """An object's bytes, and its head from the same answer."""

    body: bytes
    head: Head


@dataclass(frozen=True, slots=True)
class ListedObject:
    """An object as a listing describes it. ``size`` in bytes."""

    object_key: str
    size: int
    last_modified: datetime


#: Whether to read the object with this head.
Condition = Callable[[Head], bool]


class PreconditionFailed(Exception):  # not an error: an answer that the caller asked for
    """The object does not fulfil the caller's condition, so its bytes were not read; ``head`` describes it."""

    def __init__(self, head: Head) -> None:
        super().__init__(head.etag)
        self.head = head


class Store(Protocol):
    """Objects by object key, such as ``originals/photo.jpg``. Every method raises `StorageUnavailable`.

    Object keys are used exactly as they are: nothing is normalised, escaped or made unique. `ValueError` for one that
    no store accepts.
    """

    def get(self, object_key: str, max_bytes: int | None = None, only_if: Condition | None = None) -> Object:
        """The object.

        Raises `Missing`, and before its bytes are read `PreconditionFailed` or, above ``max_bytes``, `TooLarge`.
        """

    def head(self, object_key: str) -> Head:
        """The object without its bytes. Raises `Missing`."""

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
        """Write the object completely or not at all; its ETag, or `None` if ``only_if_absent`` and it exists."""

    def delete(self, object_key: str) -> None:
        """Delete the object, if it exists."""

    def list(self, prefix: str) -> Iterator[str]:
        """The object keys that begin with ``prefix``."""
