"""A variant as a reply needs it: its bytes, and what is known about the stored object."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from edge.contract.cache_control import IMMUTABLE
from edge.contract.cache_tags import cache_tags
from edge.contract.content_disposition import content_disposition
from edge.contract.edits import is_edits_slug
from edge.contract.variant_key import VariantKey


@dataclass(frozen=True, slots=True)
class Variant:
    """``key`` is the true one, also for an alias; ``etag`` and ``last_modified`` are those of the stored object."""

    key: VariantKey
    #: Empty for a stored variant whose bytes the reply does not need; ``size`` says how many they are.
    body: bytes
    size: int
    content_type: str
    cache_control: str = IMMUTABLE
    etag: str | None = None
    last_modified: datetime | None = None
    #: When the variant was found in storage, by storage's clock, although CloudFront was told that it is missing:
    #: another request stored it first, or CloudFront may not read it.
    found: datetime | None = None

    @property
    def disposition(self) -> str:
        """The ``Content-Disposition`` of the stored object and of a reply with it."""
        return content_disposition(self.key.key, self.content_type)

    @property
    def tags(self) -> str:
        """The cache tags of a reply with this variant."""
        return cache_tags(self.key.key, None if is_edits_slug(self.key.slug) else self.key.recipe())
