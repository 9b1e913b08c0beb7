"""The operator's settings of this entry, from environment variables."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeVar

from edge.sih.errors import SihError
from edge.sih.requested_image import RequestedImage
from edge.sih.rewrite_rule import RewriteRule
from edge.sih.secret import SecretLocation
from edge.sih.source_buckets import SourceBucket, parse_buckets

PATH, BUCKETS = "IMAGEHUB_SIH_PATH", "IMAGEHUB_SIH_BUCKETS"
STRICT, UPRIGHT, AUTO = "IMAGEHUB_SIH_STRICT", "IMAGEHUB_SIH_UPRIGHT", "IMAGEHUB_SIH_AUTO"
REWRITE, SUBSTITUTION = "IMAGEHUB_SIH_REWRITE", "IMAGEHUB_SIH_SUBSTITUTION"
SECRET, CORS_ORIGIN, CACHE = "IMAGEHUB_SIH_SECRET", "IMAGEHUB_SIH_CORS_ORIGIN", "IMAGEHUB_SIH_CACHE"
NAMES = (PATH, BUCKETS, STRICT, UPRIGHT, AUTO, REWRITE, SUBSTITUTION, SECRET, CORS_ORIGIN, CACHE)
_ON_OFF: Mapping[str, bool] = MappingProxyType({"": False, "on": True, "off": False})
_AUTO: Mapping[str, tuple[str, ...]] = MappingProxyType({"": (), "webp": ("webp",), "avif": ("avif", "webp")})
_T = TypeVar("_T")
_FIRST_PART = re.compile(r"/(?:[a-z0-9][a-z0-9-]{0,30})?")
_HEADER = re.compile(r"[!-~](?:[ -~]{0,254}[!-~])?")
#: What that product sends where the original says nothing.
DEFAULT_CACHE = "max-age=31536000,public"


@dataclass(frozen=True, slots=True)
class SihSettings:
    """``path`` is the first part of the paths that this entry answers, ``/`` for all; ``auto`` are formats by `Accept`.

    The first of ``buckets`` is meant where a URL names none. ``cache`` is the ``Cache-Control`` of images whose
    original has none.
    """

    path: str
    buckets: Mapping[str, SourceBucket]
    strict: bool = False
    upright: bool = False
    auto: tuple[str, ...] = ()
    rule: RewriteRule | None = None
    secret: SecretLocation | None = None
    cors_origin: str = ""
    cache: str = DEFAULT_CACHE

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> SihSettings | None:
        """The settings in ``environment``; `None` if the entry is off. Raises `ValueError`, naming all mistakes."""
        reader = _Reader({name: environment.get(name, "") for name in NAMES})
        if not reader.given[PATH]:
            reader.check_nothing_given()
            return None
        reader.check(PATH, _FIRST_PART.fullmatch, "must be / or one part such as /image-handler")
        reader.check_pair(REWRITE, SUBSTITUTION)
        found = cls(
            path=reader.given[PATH],
            buckets=reader.parse(BUCKETS, parse_buckets) or {},
            strict=reader.one_of(STRICT, _ON_OFF) or False,
            upright=reader.one_of(UPRIGHT, _ON_OFF) or False,
            auto=reader.one_of(AUTO, _AUTO) or (),
            rule=reader.parse(REWRITE, lambda text: RewriteRule.parse(text, reader.given[SUBSTITUTION]), optional=True),
            secret=reader.parse(SECRET, SecretLocation.parse, optional=True),
            cors_origin=reader.check(CORS_ORIGIN, _HEADER.fullmatch, "cannot be the value of a header"),
            cache=reader.check(CACHE, _HEADER.fullmatch, "cannot be the value of a header") or DEFAULT_CACHE,
        )
        reader.raise_for_mistakes()
        return found

    def bucket_of(self, requested: RequestedImage) -> SourceBucket:
        """The bucket that is meant. Raises `SihError` if it is not one of this site's."""
        name = requested.bucket or next(iter(self.buckets))
        if name not in self.buckets:
            raise SihError.bucket(name)
        return self.buckets[name]


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads values one by one, and notes each mistake."""

    given: Mapping[str, str]
    wrong: list[str] = field(default_factory=list)

    def check(self, name: str, is_valid: Callable[[str], object], rule: str) -> str:
        text = self.given[name]
        if text and not is_valid(text):
            self.wrong.append(f"{name} is {text!r}; it {rule}.")
        return text

    def one_of(self, name: str, values: Mapping[str, _T]) -> _T | None:
        self.check(name, values.__contains__, f"must be {' or '.join(filter(None, values))}")
        return values.get(self.given[name])

    def parse(self, name: str, parse: Callable[[str], _T], *, optional: bool = False) -> _T | None:
        if optional and not self.given[name]:
            return None
        try:
            return parse(self.given[name])
        except ValueError as error:
            self.wrong.append(f"{name}: {error}.")
            return None

    def check_pair(self, first: str, second: str) -> None:
        if bool(self.given[first]) != bool(self.given[second]):
            self.wrong.append(f"{first} and {second} need each other.")

    def check_nothing_given(self) -> None:
        self.wrong.extend(f"{name} needs {PATH}." for name, text in self.given.items() if text)
        self.raise_for_mistakes()

    def raise_for_mistakes(self) -> None:
        if self.wrong:
            raise ValueError(" ".join(self.wrong))
