"""Store locations, as settings and the edge write them, such as ``s3://bucket?region=eu-west-1``."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit

from edge.storage.aws.sigv4 import Credentials, from_environment
from edge.storage.objects.store import Store

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_REGION = re.compile(r"[a-z0-9-]+")
_FORMS = "file:///folder, s3://bucket?region=…, s3+http://host:port/bucket?region=… or s3+https://…"


@lru_cache(maxsize=32)
def open_store(location: str, credentials: Callable[[], Credentials] | None = None) -> Store:
    """The store at ``location``, the same one each time. Raises `ValueError`, which lists the valid forms.

    A bucket is opened with ``credentials``, by default those of the environment, as Lambda sets them.
    """
    parts = urlsplit(location)
    if parts.scheme == "file":
        return _directory(location, parts)
    if parts.scheme in ("s3", "s3+http", "s3+https"):
        return _bucket(location, parts, credentials or from_environment)
    raise _invalid(location)


def spell_bucket(bucket: str, region: str, endpoint: str = "") -> str:
    """The location of a bucket, for `open_store`; on another server than AWS's with an ``endpoint``."""
    server = f"s3+{endpoint.rstrip('/')}/" if endpoint else "s3://"
    return f"{server}{bucket}?{urlencode({'region': region})}"


def _directory(location: str, parts: SplitResult) -> Store:
    from edge.storage.objects.directory import DirectoryStore  # Lambda needs neither fcntl nor a directory

    path = Path(unquote(parts.path, errors="strict"))
    if parts.netloc or parts.query or parts.fragment or not path.is_absolute():
        raise _invalid(location)
    return DirectoryStore(path)


def _bucket(location: str, parts: SplitResult, credentials: Callable[[], Credentials]) -> Store:
    from edge.storage.objects.s3 import S3Store  # a directory needs no HTTP client

    endpoint = f"{parts.scheme[3:]}://{parts.netloc}" if parts.scheme != "s3" else None
    bucket = parts.path.strip("/") if endpoint else parts.netloc
    query = dict(parse_qsl(parts.query))
    region = query.pop("region", "")
    superfluous = query or parts.fragment or (parts.path.strip("/") and not endpoint)
    if superfluous or not _BUCKET.fullmatch(bucket) or not _REGION.fullmatch(region):
        raise _invalid(location)
    return S3Store(bucket, region, credentials, endpoint)


def _invalid(location: str) -> ValueError:
    return ValueError(f"{location!r} is not the location of a store. Write {_FORMS}.")
