"""Access logs of CloudFront: which paths visitors requested, and how often.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

_STEM, _QUERY, _STATUS = "cs-uri-stem", "cs-uri-query", "sc-status"
_GZIP = b"\x1f\x8b"
_SHOWN = ("200", "206", "304")
#: A log of different URLs only would fill the memory. Rarer paths are then forgotten.
_MAX_PATHS = 1_000_000


class LoggedPath(NamedTuple):
    """A path as the visitor wrote it, and its query without the question mark."""

    path: str
    query: str


class AccessLogError(ValueError):
    """A file that is no access log."""


def most_requested(files: Iterable[Path], number: int) -> list[LoggedPath]:
    """The paths that were answered with an image, the most frequent first. Raises `AccessLogError` and `OSError`."""
    counts: Counter[LoggedPath] = Counter()
    for file in files:
        for logged in _read(file):
            counts[logged] += 1
            if len(counts) > 2 * _MAX_PATHS:
                counts = Counter(dict(counts.most_common(_MAX_PATHS)))
    return [logged for logged, _ in counts.most_common(number)]


def _read(file: Path) -> Iterator[LoggedPath]:
    with file.open("rb") as opened:
        is_gzip = opened.read(2) == _GZIP
    try:
        with gzip.open(file, "rt", errors="replace") if is_gzip else file.open(errors="replace") as lines:
            yield from _paths(lines)
    except (EOFError, gzip.BadGzipFile, AccessLogError) as error:
        raise AccessLogError(f"{file} cannot be read as an access log: {error}") from error


def _paths(lines: Iterable[str]) -> Iterator[LoggedPath]:
    """From lines in W3C's format, whose first lines name the fields, or in JSON."""
    names: list[str] = []
    for line in lines:
        if line.startswith("#Fields:"):
            names = line.removeprefix("#Fields:").split()
        elif line.startswith("{"):
            yield from _shown(_json(line))
        elif names and line.strip() and not line.startswith("#"):
            # In this format a percent sign is itself encoded.
            values = (value.replace("%25", "%") for value in line.rstrip("\n").split("\t"))
            yield from _shown(dict(zip(names, values, strict=False)))
        elif line.strip() and not line.startswith("#"):
            raise AccessLogError("no line #Fields: comes first, and it is not JSON")


def _json(line: str) -> dict[str, str]:
    try:
        return {name: str(value) for name, value in json.loads(line).items()}
    except ValueError as error:
        raise AccessLogError(str(error)) from error


def _shown(values: dict[str, str]) -> Iterator[LoggedPath]:
    if values.get(_STATUS) in _SHOWN and _STEM in values:
        query = values.get(_QUERY, "-")
        yield LoggedPath(values[_STEM], "" if query == "-" else query)
