"""Access logs of CloudFront and S3: which paths visitors requested, and how often.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import BufferedReader, TextIOWrapper
from pathlib import Path
from typing import NamedTuple

_STEM, _QUERY, _STATUS, _BYTES = "cs-uri-stem", "cs-uri-query", "sc-status", "sc-bytes"
_GZIP = b"\x1f\x8b"
#: An S3 server access log: owner, bucket, time, address, requester, id, operation, key, then what is read here.
_S3 = re.compile(
    r'[0-9a-z]+ \S+ \[[^\]]+\] \S+ \S+ \S+ \S+ \S+ "\S+ (?P<path>[^ ?"]*)\??(?P<query>[^ "]*)[^"]*" '
    r"(?P<status>\d{3}) \S+ (?P<bytes>\d+|-) "
)
_S3_START = re.compile(r"[0-9a-z]+ \S+ \[\d\d/")
_SHOWN = (200, 206, 304)
#: A log of different URLs only would fill the memory. Rarer paths are then forgotten.
_MAX_PATHS = 1_000_000
_LINES_A_REPORT = 1000


class LoggedPath(NamedTuple):
    """A path as the visitor wrote it, and its query without the question mark."""

    path: str
    query: str


class LoggedRequest(NamedTuple):
    """One request and the answer's status and size in bytes."""

    asked: LoggedPath
    status: int
    bytes: int

    @property
    def is_shown(self) -> bool:
        """Whether the visitor got an image."""
        return self.status in _SHOWN


class AccessLogError(ValueError):
    """A file that is no access log."""


def log_files(paths: Iterable[Path]) -> list[Path]:
    """The files named by ``paths``, and all those in the folders among them; hidden ones are left out."""
    found: list[Path] = []
    for path in paths:
        inside = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
        found += [each for each in inside if not each.name.startswith(".")]
    return found


def most_requested(files: Iterable[Path], number: int) -> list[LoggedPath]:
    """The paths that were answered with an image, the most frequent first. Raises `AccessLogError` and `OSError`."""
    counts: Counter[LoggedPath] = Counter()
    for request in read_requests(files):
        if request.is_shown:
            counts[request.asked] += 1
            if len(counts) > 2 * _MAX_PATHS:
                counts = Counter(dict(counts.most_common(_MAX_PATHS)))
    return [logged for logged, _ in counts.most_common(number)]


def read_requests(files: Iterable[Path], advance: Callable[[int], object] = int) -> Iterator[LoggedRequest]:
    """All requests in ``files``, plain or gzip. ``advance`` is told how many more bytes of them have been read.

    Raises `AccessLogError` and `OSError`.
    """
    for file in files:
        try:
            with file.open("rb") as raw, _text(raw) as lines:
                reported = 0
                for number, request in enumerate(_requests(lines), 1):
                    yield request
                    if number % _LINES_A_REPORT == 0:
                        advance(raw.tell() - reported)
                        reported = raw.tell()
                advance(raw.tell() - reported)
        except (EOFError, gzip.BadGzipFile, zlib.error, AccessLogError) as error:
            raise AccessLogError(f"{file} cannot be read as an access log: {error}") from error


def _text(raw: BufferedReader) -> TextIOWrapper:
    is_gzip = raw.peek(2)[:2] == _GZIP
    return TextIOWrapper(gzip.GzipFile(fileobj=raw) if is_gzip else raw, "utf-8", "replace")


def _requests(lines: Iterable[str]) -> Iterator[LoggedRequest]:
    """From lines in W3C's format, whose first lines name the fields; in JSON; or of an S3 server access log."""
    names: list[str] = []
    for line in lines:
        if line.startswith("#Fields:"):
            names = line.removeprefix("#Fields:").split()
        elif line.startswith("#") or not line.strip():
            continue
        elif line.startswith("{"):
            yield from _of_cloudfront(_json(line))
        elif names:
            # In this format a percent sign is itself encoded.
            values = (value.replace("%25", "%") for value in line.rstrip("\n").split("\t"))
            yield from _of_cloudfront(dict(zip(names, values, strict=False)))
        elif _S3_START.match(line):
            yield from _of_s3(line)
        else:
            raise AccessLogError("no line #Fields: comes first, it is not JSON, and not a log of S3")


def _json(line: str) -> dict[str, str]:
    try:
        return {name: str(value) for name, value in json.loads(line).items()}
    except ValueError as error:
        raise AccessLogError(str(error)) from error


def _of_cloudfront(values: Mapping[str, str]) -> Iterator[LoggedRequest]:
    status = values.get(_STATUS, "")
    if _STEM in values and status.isdecimal():  # it is 000 if the visitor left before the answer
        query = values.get(_QUERY, "-")
        asked = LoggedPath(values[_STEM], "" if query == "-" else query)
        yield LoggedRequest(asked, int(status), _number(values.get(_BYTES, "-")))


def _of_s3(line: str) -> Iterator[LoggedRequest]:
    """Other lines than requests over HTTP, such as a lifecycle rule's, have no request URI."""
    if found := _S3.match(line):
        yield LoggedRequest(LoggedPath(found["path"], found["query"]), int(found["status"]), _number(found["bytes"]))


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0
