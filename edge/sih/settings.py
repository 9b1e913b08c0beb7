"""The operator's settings of this entry: one environment variable, a JSON object."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeVar

from edge.contract.cache_control import SIH_IMAGE
from edge.sih.errors import SihError
from edge.sih.requested_image import RequestedImage
from edge.sih.rewrite_rule import RewriteRule
from edge.sih.secret import SecretLocation
from edge.sih.source_buckets import SourceBucket, parse_buckets

VARIABLE = "IMAGEHUB_SIH"
#: The settings by name, in the order of docs/migrating-from-sih.md.
NAMES = ("path", "buckets", "strict", "upright", "auto", "rewrite", "secret", "cors", "cache")
#: Paths of the HTTP API's own routes begin with it.
RESERVED = "/v1"
_AUTO: Mapping[str, tuple[str, ...]] = MappingProxyType({"webp": ("webp",), "avif": ("avif", "webp")})
_PATH = re.compile(r"/(?:[a-z0-9][a-z0-9-]{0,30})?")
_HEADER = re.compile(r"[!-~](?:[ -~]{0,254}[!-~])?")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class SihSettings:
    """``path`` is the first part of the paths that this entry answers, ``/`` for all; ``auto`` are formats by `Accept`.

    The first of ``buckets`` is meant where a URL names none. ``cors`` is the value of ``Access-Control-Allow-Origin``,
    and ``cache`` the ``Cache-Control`` of images whose original has none.
    """

    path: str
    buckets: Mapping[str, SourceBucket]
    strict: bool = False
    upright: bool = False
    auto: tuple[str, ...] = ()
    rewrite: RewriteRule | None = None
    secret: SecretLocation | None = None
    cors: str = ""
    cache: str = SIH_IMAGE

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> SihSettings | None:
        """The settings in ``environment``; `None` if the entry is off. Raises `ValueError`, naming all mistakes."""
        text = environment.get(VARIABLE, "")
        return cls.parse(text) if text else None

    @classmethod
    def parse(cls, text: str, **own: object) -> SihSettings:
        """The settings in a JSON object, with ``own`` in place of its own. Raises `ValueError`, naming all mistakes."""
        reader = _Reader({**_object(text), **own})
        found = cls(
            path=reader.take("path", _path) or "",
            buckets=reader.take("buckets", parse_buckets) or {},
            strict=reader.take("strict", _flag, False) or False,
            upright=reader.take("upright", _flag, False) or False,
            auto=reader.take("auto", _auto, ()) or (),
            rewrite=reader.take("rewrite", _rewrite, None),
            secret=reader.take("secret", lambda value: SecretLocation.parse(_text(value)), None),
            cors=reader.take("cors", _header, "") or "",
            cache=reader.take("cache", _header, SIH_IMAGE) or "",
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

    given: Mapping[str, Any]
    wrong: list[str] = field(default_factory=list)

    def take(self, name: str, parse: Callable[[Any], _T], *default: _T) -> _T | None:
        """The value of ``name``; the default if it is not given. Without a default it has to be given."""
        if default and name not in self.given:
            return default[0]
        try:
            return parse(self.given.get(name))
        except ValueError as error:
            self.wrong.append(f"{VARIABLE}: {name}: {error}.")
            return None

    def raise_for_mistakes(self) -> None:
        unknown = sorted(self.given.keys() - set(NAMES))
        if unknown:
            self.wrong.append(f"{VARIABLE} has no setting {' '.join(unknown)}. It has {' '.join(NAMES)}.")
        if self.wrong:
            raise ValueError(" ".join(self.wrong))


def _object(text: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise ValueError(
            f'{VARIABLE} must be a JSON object such as {{"path": "/image-handler", "buckets": {{"a": ""}}}}.'
        )
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not a text")
    return value


def _path(value: object) -> str:
    path = _text(value)
    if not _PATH.fullmatch(path) or path == RESERVED:
        raise ValueError(f"{path!r} must be / or one part such as /image-handler, and not {RESERVED}")
    return path


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} must be true or false")
    return value


def _auto(value: object) -> tuple[str, ...]:
    name = _text(value)
    if name not in _AUTO:
        raise ValueError(f"{name!r} must be {' or '.join(_AUTO)}")
    return _AUTO[name]


def _rewrite(value: object) -> RewriteRule:
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError('it must be a pattern and its substitution, such as ["/^\\\\/old\\\\//", "/"]')
    return RewriteRule.parse(_text(value[0]), _text(value[1]))


def _header(value: object) -> str:
    text = _text(value)
    if not _HEADER.fullmatch(text):
        raise ValueError(f"{text!r} cannot be the value of a header")
    return text
