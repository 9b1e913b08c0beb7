"""Where the signing keys are stored: in a file, or in AWS Secrets Manager."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from edge.contract.signing import KEEP_SECONDS

_REGION = re.compile(r"[a-z0-9-]+")
_KEEP = re.compile(r"[1-9][0-9]{0,4}")
_FORMS = "file:///path.json or secretsmanager:<name>?region=us-east-1, optionally with keep=<seconds>"


@dataclass(frozen=True, slots=True)
class SigningKeyFile:
    """A key ring in a file. Edges cache what they have read for ``keep`` seconds."""

    path: Path
    keep: int


@dataclass(frozen=True, slots=True)
class SigningKeySecret:
    """A key ring in Secrets Manager: the secret's versions at AWSCURRENT and AWSPREVIOUS.

    Edges cache what they have read for ``keep`` seconds. Without an ``endpoint`` it is the region's own.
    """

    name: str
    region: str
    endpoint: str | None
    keep: int


SigningKeyLocation = SigningKeyFile | SigningKeySecret


def parse_location(text: str) -> SigningKeyLocation:
    """``file:///path.json`` or ``secretsmanager:<name>?region=…[&endpoint=…]``. Raises `ValueError` for all else."""
    parts = urlsplit(text)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    keep = query.pop("keep", str(KEEP_SECONDS))
    region, endpoint = query.pop("region", None), query.pop("endpoint", None)
    if not (parts.netloc or parts.fragment or query) and parts.path and _KEEP.fullmatch(keep):
        if parts.scheme == "file" and region is None and endpoint is None:
            return SigningKeyFile(Path(unquote(parts.path)), int(keep))
        if parts.scheme == "secretsmanager" and region and _REGION.fullmatch(region):
            return SigningKeySecret(parts.path, region, endpoint, int(keep))
    raise ValueError(f"{text!r} is not a location of signing keys. Write {_FORMS}.")
