"""The edit ``overlayWith``: an asset that is placed on the image. Its version is added when it is known."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from edge.contract.operations import Operation, make_operation
from edge.sih.draft import Draft
from edge.sih.errors import SihError
from edge.sih.numbers import finite, whole

_ANY_VERSION = "any"
#: Of both forms of addresses in S3, the bucket and the key.
_HOST_OF_BUCKET = re.compile(
    r"([a-z0-9.-]{3,63})\.s3[.-][a-z0-9-]{1,32}\.amazonaws\.com|([a-z0-9.-]{3,63})\.s3\.amazonaws\.com"
)
_OFFSET = re.compile(r"(-?[0-9]{1,5})(?:\.[0-9]{1,9})?(p?)")


def overlay(draft: Draft, value: Any) -> None:
    """Raises `ValueError`, `SihError`, and `BadRequest`."""
    bucket, key = _address(value["url"]) if "url" in value else (value.get("bucket"), value["key"])
    if not isinstance(key, str) or not isinstance(bucket, str | None):
        raise ValueError(value)
    options = value.get("options") or {}
    arguments = {"left": _offset(options.get("left")), "top": _offset(options.get("top"))}
    draft.add(
        "overlay",
        key=_image_key(draft, bucket, key),
        version=_ANY_VERSION,
        width=_percent(value.get("wRatio")),
        height=_percent(value.get("hRatio")),
        opacity=100 - whole(value.get("alpha") or 0, 0, 100),
        **arguments,
    )


def overlay_keys(operations: Iterable[Operation]) -> list[str]:
    """The keys of the assets that ``operations`` place."""
    return [each.overlay[0] for each in operations if each.overlay]


def with_versions(operations: Iterable[Operation], version_of: Callable[[str], str]) -> tuple[Operation, ...]:
    """``operations`` with the version of each asset that they place, by its key."""
    return tuple(_with_version(each, version_of) for each in operations)


def _with_version(operation: Operation, version_of: Callable[[str], str]) -> Operation:
    if operation.overlay is None:
        return operation
    arguments: Mapping[str, object] = dict(operation.arguments)
    return make_operation(operation.name, **{**arguments, "version": version_of(operation.overlay[0])})


def _image_key(draft: Draft, name: str | None, key: str) -> str:
    bucket = draft.buckets.get(name or next(iter(draft.buckets), ""))
    if bucket is None:
        raise SihError.bucket(name or "")
    if bucket.location:
        message = f"An overlay must be an asset, and the bucket {bucket.name} has none."
        raise SihError(400, "OverlayImageException", message)
    return bucket.image_key(key)


def _address(url: object) -> tuple[str, str]:
    """The bucket and the key of an address in S3."""
    parts = urlsplit(str(url))
    match = _HOST_OF_BUCKET.fullmatch(parts.hostname or "")
    if match is None or parts.scheme != "https":
        raise SihError(403, "ImageBucket::CannotAccessBucket", "A watermark must be in one of the source buckets.")
    return match[1] or match[2], unquote(parts.path.removeprefix("/"))


def _percent(value: object) -> int | None:
    """Values outside 1 to 100 are ignored."""
    if value is None or value == "":
        return None
    number = finite(value)
    return int(number) if 1 <= number <= 100 else None


def _offset(value: object) -> str | None:
    """Pixels or, as ``NNp``, percent; what cannot be read is ignored, as there."""
    match = _OFFSET.fullmatch(str(value))
    return match[1] + match[2] if match else None
