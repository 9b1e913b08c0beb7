"""The public URL (contract 1): parsed once into a `ImageRequest`, and spelled from one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from edge.contract import keys
from edge.contract.errors import BadRequest, Forbidden, shortened
from edge.contract.negotiation import FORMATS
from edge.contract.policy import Policy, What
from edge.contract.recipe import FIELDS, PresetRef, Recipe, make, parse_preset
from edge.contract.signing import SIGNATURE, Claim, Key, KeyRing

MAX_QUERY = 2048
EMPTY = Recipe()
_TRACKERS = frozenset({"fbclid", "gclid", "_"})
_FIELD_OF = {name: field for field in FIELDS for name in (field.short, field.name)}
_OTHERS = {"p": "preset", "f": "format", "v": "version", "e": "expires", "s": "signature"}
#: Each spelling of a parameter, to the name that it is collected under. ``v`` has no long form.
_NAMES = {
    **{name: field.name for name, field in _FIELD_OF.items()},
    **{name: long for short, long in _OTHERS.items() for name in (short, long) if name != "version"},
}
_WITH_PRESET = frozenset({"preset", "format", "version", "expires", "signature"})
_PATTERNS = {
    "format": (re.compile("|".join(FORMATS)), f"one of {' '.join(FORMATS)}"),
    "version": (keys.VERSION, "a picture's version, 8 hexadecimal digits in lower case"),
    "expires": (re.compile(r"[1-9][0-9]{0,10}"), "a unix time in seconds"),
    "signature": (SIGNATURE, "a key's id, a dot and 22 characters of base64url"),
}


class NoSigningKey(ValueError):
    """A URL needs a signature and there is no key to make one with."""


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """What one public URL asks for."""

    key: str
    what: What = EMPTY
    format: str = "auto"
    version: str | None = None
    expires: int | None = None
    signature: str | None = None

    @property
    def claim(self) -> Claim:
        return Claim(self.key, self.what.slug, self.format, self.expires)

    def authorise(self, policy: Policy, find_key: Callable[[str], Key | None], now: float) -> What:
        """What this visitor may have: as asked where it is signed, else raised to the ladder.

        Raises `Forbidden` where it needs a signature and has none that is good, `BadRequest` above the hard limits.
        """
        if self.signature is not None:
            self.claim.verify(self.signature, find_key, now)
            policy.check_limits(self.what)
            return self.what
        snapped = policy.snap(self.what)
        if policy.needs_signature(snapped) or self.expires is not None:
            raise Forbidden("signature_missing", _why_signed(policy))
        return snapped

    def signed(self, policy: Policy, ring: KeyRing | None, now: float) -> ImageRequest:
        """This request with a signature where ``policy`` asks for one. Raises `NoSigningKey` where none can be made."""
        policy.check_limits(self.what)
        if self.expires is None and not policy.needs_signature(self.what):
            return self
        return self.signed_by(signer(policy, ring, now))

    def signed_by(self, key: Key) -> ImageRequest:
        """This request with the signature that ``key`` makes."""
        return ImageRequest(self.key, self.what, self.format, self.version, self.expires, self.claim.sign(key))

    def spell(self) -> str:
        """The path and query, canonically: ``/photo.jpg?w=300&v=1f2e3d4c``."""
        pairs = [*_spell_what(self.what)]
        if self.format != "auto":
            pairs.append(f"f={self.format}")
        if self.version is not None:
            pairs.append(f"v={self.version}")
        if self.expires is not None:
            pairs.append(f"e={self.expires}")
        if self.signature is not None:
            pairs.append(f"s={self.signature}")
        path = "/" + keys.encode(self.key)
        return f"{path}?{'&'.join(pairs)}" if pairs else path


def signer(policy: Policy, ring: KeyRing | None, now: float) -> Key:
    """The key to sign with; `NoSigningKey` where there is none."""
    if ring is None:
        raise NoSigningKey(_why_signed(policy))
    return ring.signer(now)


def _why_signed(policy: Policy) -> str:
    if policy.signed == "always":
        return "Every URL here needs a signature (s)."
    rungs = " ".join(map(str, policy.ladder))
    return f"Without a signature (s): w or h of {rungs}, both in a listed ratio with fit cover or inside, or a preset."


@lru_cache(maxsize=1024)
def _spell_what(what: What) -> tuple[str, ...]:
    if isinstance(what, PresetRef):
        return (f"p={what}",)
    shown = [field for field in FIELDS if _stands_out(what, field.name)]
    return tuple(f"{field.short}={_spell_value(getattr(what, field.name))}" for field in shown)


def _stands_out(recipe: Recipe, name: str) -> bool:
    value = getattr(recipe, name)
    if name == "fit":
        return value not in ("", "cover")  # the default for both sides
    return bool(value != getattr(EMPTY, name))


def _spell_value(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(f"{side / 1000:g}" for side in value)
    return "1" if value is True else str(value)


def parse(uri: str, query: str, policy: Policy) -> ImageRequest:
    """The request that a raw ``uri`` path and ``query`` (both as received, still percent-encoded) spell.

    Raises `BadRequest` that names the parameter and what is allowed. Decodes once, before anything is looked at.
    """
    if not uri.startswith("/"):
        raise BadRequest("path_invalid", "The path must begin with '/'.")
    key = keys.parse_key(keys.decode(uri[1:]))
    given = _collect(query)
    what = _parse_what(given, policy)
    for name, (pattern, allowed) in _PATTERNS.items():
        if name in given and not pattern.fullmatch(given[name][1]):
            raise BadRequest.parameter(*given[name], allowed)
    text = {name: value for name, (_, value) in given.items()}
    expires = text.get("expires")
    return ImageRequest(
        key,
        what,
        text.get("format", "auto"),
        text.get("version"),
        int(expires) if expires else None,
        text.get("signature"),
    )


def _parse_what(given: dict[str, tuple[str, str]], policy: Policy) -> What:
    if "preset" not in given:
        options = {field.name: field.read(*given[field.name]) for field in FIELDS if field.name in given}
        return make(options, policy.quality)
    preset, text = given["preset"]
    for name, (parameter, value) in given.items():
        if name not in _WITH_PRESET:
            spelled = f"{parameter}={shortened(value)}"
            raise BadRequest(
                "parameter_invalid", f"{spelled} does not go with {preset}, beside which only f, v, e and s are taken."
            )
    return parse_preset(text, preset)


def _collect(query: str) -> dict[str, tuple[str, str]]:
    """Each parameter's name, to how it was spelled and its text. Trackers are dropped."""
    if len(query) > MAX_QUERY:
        raise BadRequest("query_too_long", f"The query has {len(query)} characters; at most {MAX_QUERY} are taken.")
    given: dict[str, tuple[str, str]] = {}
    for pair in filter(None, query.split("&")):
        spelled, _, text = pair.partition("=")
        parameter, value = _decode(spelled), _decode(text)
        if parameter in _TRACKERS or parameter.startswith("utm_"):
            continue
        name = _NAMES.get(parameter)
        if name is None:
            raise BadRequest("parameter_unknown", f"{shortened(parameter)} is not a parameter; there are {_KNOWN}.")
        if name in given:
            raise BadRequest("parameter_repeated", _why_repeated(given[name], (parameter, value)))
        given[name] = parameter, value
    return given


def _why_repeated(*given: tuple[str, str]) -> str:
    spelled = " and ".join(f"{parameter}={shortened(value)}" for parameter, value in given)
    return f"{spelled} say the same parameter twice; give each once, under its short name or its long one."


_KNOWN = " ".join([field.short for field in FIELDS] + list(_OTHERS))


def _decode(text: str) -> str:
    if text.isascii() and "%" not in text:
        return text
    return unquote_to_bytes(text.encode("utf-8", "replace")).decode("utf-8", "replace")
