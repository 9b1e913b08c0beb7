"""Where bytes live: one protocol, an S3 bucket and a directory that behave alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Head:
    """What a store knows of an object besides its bytes. ``metadata`` keys are lower-case, without ``x-amz-meta-``."""

    size: int
    etag: str
    last_modified: datetime
    content_type: str = "application/octet-stream"
    cache_control: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    #: The store's own clock when it answered, so that its times can be compared without trusting ours.
    now: datetime | None = None


@dataclass(frozen=True, slots=True)
class Object:
    """An object's bytes, and what was known of it in the same answer."""

    body: bytes
    head: Head


#: Whether the object of this head is one to be read.
Condition = Callable[[Head], bool]


class Store(Protocol):
    """Objects by key (``originals/photo.jpg``). Every method raises `StorageUnavailable` where the store is away.

    Keys are taken exactly as they are: nothing is normalised, escaped or made unique.
    """

    def get(self, key: str, max_bytes: int | None = None, only_if: Condition | None = None) -> Object:
        """The object.

        Raises `Missing`, and before its bytes are read `PreconditionFailed` or, above ``max_bytes``, `TooLarge`.
        """

    def head(self, key: str) -> Head:
        """What is known of the object; `Missing`."""

    def put(
        self,
        key: str,
        body: bytes,
        *,
        content_type: str,
        cache_control: str | None = None,
        metadata: Mapping[str, str] | None = None,
        only_if_absent: bool = False,
    ) -> str | None:
        """Write the object, whole or not at all; its ETag, or `None` where ``only_if_absent`` and it was there."""

    def delete(self, key: str) -> None:
        """Take the object away; nothing happens where there is none."""

    def list(self, prefix: str) -> Iterator[str]:
        """The keys that begin with ``prefix``."""
