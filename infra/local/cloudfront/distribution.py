"""A distribution's settings: values and nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

#: What CloudFront keeps an error for where the template does not say:
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/custom-error-pages-expiration.html
DEFAULT_ERROR_TTL = 10


@dataclass(frozen=True, slots=True)
class Function:
    """A numbered version of a Lambda function; ``timeout`` in seconds, ``memory`` in MB."""

    name: str
    handler: str
    timeout: float
    memory: int


@dataclass(frozen=True, slots=True)
class Selection:
    """Which headers or parameters are in the cache key: ``none``, ``whitelist``, ``allExcept``, ``all``."""

    behaviour: str = "none"
    names: frozenset[str] = frozenset()

    def takes(self, name: str) -> bool:
        if self.behaviour in ("none", "all"):
            return self.behaviour == "all"
        return (name in self.names) == (self.behaviour == "whitelist")


@dataclass(frozen=True, slots=True)
class CachePolicy:
    """TTLs in seconds, and what makes the key besides the path."""

    min_ttl: int
    default_ttl: int
    max_ttl: int
    headers: Selection = Selection()
    query: Selection = Selection()


@dataclass(frozen=True, slots=True)
class ResponseHeader:
    """A header for viewers; with ``override`` it replaces the origin's."""

    name: str
    value: str
    override: bool


@dataclass(frozen=True, slots=True)
class ResponseHeadersPolicy:
    """Headers that replies to viewers get (``cors`` only where the request is a CORS one) and lose."""

    always: tuple[ResponseHeader, ...] = ()
    cors: tuple[ResponseHeader, ...] = ()
    remove: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class S3Origin:
    bucket: str
    region: str
    path: str

    @property
    def domain(self) -> str:
        return f"{self.bucket}.s3.{self.region}.amazonaws.com"


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What holds for the paths that match ``pattern``; `None` is the default behaviour."""

    pattern: str | None
    origin: S3Origin
    cache: CachePolicy
    methods: frozenset[str]
    cached_methods: frozenset[str]
    response_headers: ResponseHeadersPolicy = ResponseHeadersPolicy()
    viewer_request: Function | None = None
    origin_response: Function | None = None

    def matches(self, path: str) -> bool:
        return self.pattern is None or _regex(self.pattern).fullmatch(path.lstrip("/")) is not None


@dataclass(frozen=True, slots=True)
class Distribution:
    """``behaviours`` in the order they are tried; the default is last."""

    behaviours: tuple[Behaviour, ...]
    error_ttls: Mapping[int, int] = field(default_factory=dict)
    tag_header: str | None = None

    def behaviour(self, path: str) -> Behaviour:
        return next(behaviour for behaviour in self.behaviours if behaviour.matches(path))

    def error_ttl(self, status: int) -> int:
        return self.error_ttls.get(status, DEFAULT_ERROR_TTL)


@lru_cache
def _regex(pattern: str) -> re.Pattern[str]:
    """``*`` is any run of characters, ``?`` any one; a leading slash may be left out.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html
    """
    wild = {"*": ".*", "?": "."}
    return re.compile("".join(wild.get(char, re.escape(char)) for char in pattern.lstrip("/")), re.DOTALL)
