"""The source buckets of that product, and what stands for each here: a folder of assets, or the bucket itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from edge.contract.errors import BadRequest
from edge.contract.keys import parse_key
from edge.sih.errors import SihError
from edge.storage.objects.location import open_store
from edge.storage.objects.rules import checked_object_key

#: Before the name of a bucket whose objects are no assets, in the keys of their variants. No asset's key has it.
MARK = "~"
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_LOCATION = re.compile(r"(?:s3|s3\+https?|file):")


@dataclass(frozen=True, slots=True)
class SourceBucket:
    """``name`` in URLs. Its keys are those of assets below ``prefix``, or of objects in the store at ``location``."""

    name: str
    prefix: str = ""
    location: str = ""

    def image_key(self, key: str) -> str:
        """The key under which variants of the image ``key`` are stored. Raises `SihError`: nothing can be there."""
        try:
            return self._external_key(key) if self.location else parse_key(self.prefix + key)
        except (BadRequest, ValueError):
            raise SihError.no_such_key(key) from None

    def _external_key(self, key: str) -> str:
        # Room for what a variant's object key has besides.
        checked_object_key(f"variants/{MARK}{self.name}/{key}/{'0' * 60}")
        return f"{MARK}{self.name}/{key}"

    def object_key(self, image_key: str) -> str:
        """The object key, in the bucket at ``location``, of an image by the key that `image_key` returned."""
        return image_key.removeprefix(f"{MARK}{self.name}/")


def parse_buckets(value: object) -> Mapping[str, SourceBucket]:
    """From ``{"<bucket>": "<prefix or location>"}``; the first is the default. Raises `ValueError`, which says why."""
    if not isinstance(value, dict) or not value:
        raise ValueError(
            'it must be an object such as {"photos": "photos/", "archive": "s3://archive?region=eu-west-1"}'
        )
    return dict(_parse(value))


def _parse(value: Mapping[str, object]) -> Iterator[tuple[str, SourceBucket]]:
    for name, target in value.items():
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not the name of a bucket")
        if not isinstance(target, str):
            raise ValueError(f"{name} must be a prefix of keys or the location of a bucket")
        if _LOCATION.match(target):
            open_store(target)
            yield name, SourceBucket(name, location=target)
        elif target and (not target.endswith("/") or target.startswith("/")):
            raise ValueError(f"the prefix {target!r} of {name} must end with / and not begin with it")
        else:
            yield name, SourceBucket(name, prefix=target)
