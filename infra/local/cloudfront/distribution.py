"""The configuration of a distribution, as frozen values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

#: How many seconds CloudFront caches an error by default:
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/custom-error-pages-expiration.html
DEFAULT_ERROR_TTL = 10


@dataclass(frozen=True, slots=True)
class LambdaFunction:
    """A Lambda function, or a numbered version of one; ``timeout`` in seconds, ``memory`` in MB."""

    name: str
    handler: str
    timeout: float
    memory: int
    #: Its environment variables. Functions at the edge have none.
    environment: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CloudFrontFunction:
    """A CloudFront Function. ``code`` is empty if the template's parameters do not have it.

    ``reads_keys`` tells whether a KeyValueStore is associated with it.
    """

    name: str
    code: str
    reads_keys: bool


#: What may run on viewer-request.
ViewerFunction = LambdaFunction | CloudFrontFunction


@dataclass(frozen=True, slots=True)
class Selection:
    """Which headers or query parameters a cache policy or an origin request policy means.

    ``behaviour`` is ``none``, ``whitelist``, ``allExcept`` or ``all``:
    https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CachePolicyQueryStringsConfig.html
    """

    behaviour: str = "none"
    names: frozenset[str] = frozenset()

    def includes(self, name: str) -> bool:
        if self.behaviour in ("none", "all"):
            return self.behaviour == "all"
        return (name in self.names) == (self.behaviour == "whitelist")


@dataclass(frozen=True, slots=True)
class CachePolicy:
    """TTLs in seconds, and what the cache key contains besides the path."""

    min_ttl: int
    default_ttl: int
    max_ttl: int
    headers: Selection = Selection()
    query: Selection = Selection()


@dataclass(frozen=True, slots=True)
class ResponseHeader:
    """A header for viewers. With ``override`` it replaces the origin's header of that name."""

    name: str
    value: str
    override: bool


@dataclass(frozen=True, slots=True)
class ResponseHeadersPolicy:
    """Headers to add to every reply, to add to replies to CORS requests, and to remove."""

    always: tuple[ResponseHeader, ...] = ()
    cors: tuple[ResponseHeader, ...] = ()
    remove: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class S3Origin:
    """A bucket as an origin.

    ``path`` is CloudFront's OriginPath, such as ``/variants``; ``headers`` its custom headers, names in lower case.
    """

    bucket: str
    region: str
    path: str
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def domain(self) -> str:
        return f"{self.bucket}.s3.{self.region}.amazonaws.com"


@dataclass(frozen=True, slots=True)
class FunctionUrlOrigin:
    """A Lambda function as an origin, by its function URL; ``headers`` as of `S3Origin`."""

    function: LambdaFunction
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def domain(self) -> str:
        return f"{self.function.name.lower()}.lambda-url.us-east-1.on.aws"


SingleOrigin = S3Origin | FunctionUrlOrigin


@dataclass(frozen=True, slots=True)
class OriginGroup:
    """``secondary`` is asked if ``primary`` answers with one of ``statuses``."""

    primary: SingleOrigin
    secondary: SingleOrigin
    statuses: frozenset[int]


@dataclass(frozen=True, slots=True)
class CacheBehaviour:
    """The settings for paths that match ``pattern``; None is the default behaviour, which matches every path."""

    pattern: str | None
    origin: SingleOrigin | OriginGroup
    cache: CachePolicy
    methods: frozenset[str]
    cached_methods: frozenset[str]
    #: The viewer's headers, as viewer-request left them, that go to the origin although they are not in the cache key.
    forwarded: Selection = Selection()
    response_headers: ResponseHeadersPolicy = ResponseHeadersPolicy()
    viewer_request: ViewerFunction | None = None
    origin_response: LambdaFunction | None = None

    @property
    def origins(self) -> tuple[SingleOrigin, ...]:
        """In the order in which they are asked."""
        if isinstance(self.origin, OriginGroup):
            return self.origin.primary, self.origin.secondary
        return (self.origin,)

    def matches(self, path: str) -> bool:
        return self.pattern is None or _compile_pattern(self.pattern).fullmatch(path.lstrip("/")) is not None


@dataclass(frozen=True, slots=True)
class Distribution:
    """``behaviours`` in the order in which they are tried; the default behaviour is last."""

    behaviours: tuple[CacheBehaviour, ...]
    error_ttls: Mapping[int, int] = field(default_factory=dict)
    tag_header: str | None = None

    def behaviour(self, path: str) -> CacheBehaviour:
        return next(behaviour for behaviour in self.behaviours if behaviour.matches(path))

    def error_ttl(self, status: int) -> int:
        return self.error_ttls.get(status, DEFAULT_ERROR_TTL)


@lru_cache
def _compile_pattern(pattern: str) -> re.Pattern[str]:
    """``*`` matches any run of characters, ``?`` any one character; the leading slash is optional.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html
    """
    wild = {"*": ".*", "?": "."}
    return re.compile("".join(wild.get(char, re.escape(char)) for char in pattern.lstrip("/")), re.DOTALL)
