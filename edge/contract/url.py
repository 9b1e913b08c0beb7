"""The parser for public URLs. Every parameter has a short name, and some have a long name too."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from edge.contract.errors import BadRequest, shortened
from edge.contract.keys import parse_key
from edge.contract.negotiation import FORMATS
from edge.contract.original import VERSION
from edge.contract.policy import Policy
from edge.contract.recipe import FIELDS, PRESET_ALLOWED, Recipe, RecipeOrPreset, make_recipe, parse_preset
from edge.contract.request import ImageRequest
from edge.contract.signing import SIGNATURE
from edge.contract.trackers import is_tracker
from edge.contract.url_path import decode_path

MAX_QUERY = 2048
#: What separates parameters where somebody escaped a URL twice, or pasted it from a page's source.
_ESCAPED = re.compile(rf"&(?:amp;){{1,{MAX_QUERY // 4}}}")


class _Given(NamedTuple):
    """A parameter as the URL spells it."""

    parameter: str
    text: str

    def __str__(self) -> str:
        return f"{self.parameter}={shortened(self.text)}"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter beside the recipe's. ``allowed`` completes "must be …", and is the text in docs/urls.md."""

    short: str
    name: str
    allowed: str
    pattern: re.Pattern[str] | None = None


OTHER_PARAMETERS = (
    Parameter("p", "preset", PRESET_ALLOWED),
    Parameter("f", "format", f"one of {' '.join(FORMATS)}", re.compile("|".join(FORMATS))),
    Parameter("v", "version", "an asset's version, 8 hexadecimal digits in lower case", VERSION),
    Parameter("e", "expires", "a Unix time in seconds", re.compile(r"[1-9][0-9]{0,10}")),
    Parameter("s", "signature", "a signing key's id, a dot and 22 characters of base64url", SIGNATURE),
)
#: Every spelling of a parameter, to its name. ``v`` has no long name.
NAMES = {
    **{spelling: field.name for field in FIELDS for spelling in (field.short, field.name)},
    **{spelling: each.name for each in OTHER_PARAMETERS for spelling in (each.short, each.name)},
}
del NAMES["version"]
_PATTERNS = {each.name: (each.pattern, each.allowed) for each in OTHER_PARAMETERS if each.pattern}
_SHORT_NAMES = " ".join(each.short for each in (*FIELDS, *OTHER_PARAMETERS))
_WITH_PRESET = frozenset(each.name for each in OTHER_PARAMETERS)


def parse_url(path: str, query: str, policy: Policy) -> ImageRequest:
    """The request that ``path`` and ``query``, both percent-encoded as received, spell.

    Raises `BadRequest`, which names the parameter and what is allowed. Each part is decoded once, before any check.
    """
    if not path.startswith("/"):
        raise BadRequest("path_invalid", "The path must begin with '/'.")
    key = parse_key(decode_path(path[1:]))
    given = _parse_query(query)
    recipe = _parse_recipe(given, policy)
    for name, (pattern, allowed) in _PATTERNS.items():
        if name in given and not pattern.fullmatch(given[name].text):
            raise BadRequest.parameter(*given[name], allowed)
    text = {name: found.text for name, found in given.items()}
    expires = text.get("expires")
    return ImageRequest(
        key,
        recipe,
        text.get("format", "auto"),
        text.get("version"),
        int(expires) if expires else None,
        text.get("signature"),
    )


def _parse_recipe(given: dict[str, _Given], policy: Policy) -> RecipeOrPreset:
    preset = given.get("preset")
    if preset is None:
        return _make_recipe(policy.quality, *(item for item in given.items() if item[0] not in _WITH_PRESET))
    for name, each in given.items():
        if name not in _WITH_PRESET:
            raise BadRequest(
                "parameter_invalid",
                f"{each} cannot be combined with {preset.parameter}. Only f, v, e and s can.",
            )
    return parse_preset(preset.text, preset.parameter)


@lru_cache(maxsize=1024)
def _make_recipe(default_quality: int, *named: tuple[str, _Given]) -> Recipe:
    """The recipe of those parameters. A site has few, and making one takes a third of a request's time."""
    given = dict(named)
    read = ((field, given[field.name]) for field in FIELDS if field.name in given)
    return make_recipe({field.name: field.read(each.parameter, each.text) for field, each in read}, default_quality)


def _parse_query(query: str) -> dict[str, _Given]:
    """Parameters by name, without trackers."""
    if len(query) > MAX_QUERY:
        raise BadRequest("query_too_long", f"The query has {len(query)} characters; at most {MAX_QUERY} are allowed.")
    given: dict[str, _Given] = {}
    for pair in filter(None, _ESCAPED.sub("&", query).split("&")):
        spelled, _, text = pair.partition("=")
        found = _Given(_decode(spelled), _decode(text))
        if is_tracker(found.parameter):
            continue
        name = NAMES.get(found.parameter)
        if name is None:
            raise _unknown(found.parameter)
        if name in given:
            raise _repeated(given[name], found)
        given[name] = found
    return given


def _unknown(parameter: str) -> BadRequest:
    message = f"{shortened(parameter)} is not a parameter. The parameters are {_SHORT_NAMES}."
    return BadRequest("parameter_unknown", message)


def _repeated(first: _Given, second: _Given) -> BadRequest:
    message = f"{first} and {second} set the same parameter twice. Give it once, by its short or its long name."
    return BadRequest("parameter_repeated", message)


def _decode(text: str) -> str:
    if text.isascii() and "%" not in text:
        return text
    return unquote_to_bytes(text.encode("utf-8", "replace")).decode("utf-8", "replace")
