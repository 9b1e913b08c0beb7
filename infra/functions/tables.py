"""The constants of viewer-request.js, from the policy and from the tables of `edge.contract`: nothing is copied."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping

from edge.contract import recipe, trackers, url, values
from edge.contract.keys import EXTENSIONS, MAX_KEY_BYTES, MAX_SEGMENT_BYTES
from edge.contract.negotiation import FORMATS
from edge.contract.original import VERSION
from edge.contract.policy import Policy
from edge.contract.recipe import DEFAULTS, FIELDS
from edge.contract.request import why_signed
from edge.contract.url import OTHER_PARAMETERS
from edge.contract.url_path import MAX_PATH
from infra.functions.nfc import nfc_table

#: Each of these parsers is a branch of readValue.
_READERS: Mapping[Callable[[str], object], str] = {
    values.flag: "1",
    values.gravity: "2",
    values.colour: "3",
    values.degrees: "4",
}


def constants(policy: Policy) -> dict[str, str]:
    """Each constant's name and its text in JavaScript, to be put in its place: numbers, true and false."""
    names = [field.name for field in FIELDS]
    indices = {
        name: names.index(name)
        for name in ("width", "height", "fit", "gravity", "face", "pad", "quality", "up", "trim")
    }
    indices |= {name: names.index(name) for name in ("rotate", "flip", "flop")}
    indices |= {each.name: len(names) + index for index, each in enumerate(OTHER_PARAMETERS)}
    readers = {"FLAG": "1", "READ_GRAVITY": "2", "READ_COLOUR": "3", "READ_DEGREES": "4"}
    return (
        {name.upper(): str(index) for name, index in indices.items()}
        | readers
        | {
            "POLICY_QUALITY": str(policy.quality),
            "MAX_SIDE": str(policy.max_side),
            "MAX_PATH": str(MAX_PATH),
            "MAX_QUERY": str(url.MAX_QUERY),
            "MAX_KEY": str(MAX_KEY_BYTES),
            "MAX_SEGMENT": str(MAX_SEGMENT_BYTES),
            "ALWAYS": _js(policy.signed == "always"),
            "SIGNING": _js(bool(policy.secret)),
            "REV": _js(policy.rev),
            "WHY_SIGNED": _js(why_signed(policy)).replace(" ".join(map(str, policy.ladder)), '"+RUNGS.join(" ")+"'),
        }
    )


def declarations(policy: Policy) -> dict[str, str]:
    """The tables: each one's name and its literal in JavaScript."""
    short = [each.short for each in (*FIELDS, *OTHER_PARAMETERS)]
    names = [*(field.name for field in FIELDS), *(each.name for each in OTHER_PARAMETERS)]
    index = {name: number for number, name in enumerate(names)}
    others = OTHER_PARAMETERS[1:]
    return {
        "SHORT": _words(short),
        "PREFIXES": _table({index[field.name]: _js(field.prefix) for field in FIELDS if field.prefix != field.short}),
        "DEFAULTS": _js([_default(field.name) for field in FIELDS]),
        "ALLOWED": _js("|".join(_allowed(each.allowed) for each in (*FIELDS, *OTHER_PARAMETERS))),
        "READERS": f"[{','.join(reader(field.parse) for field in FIELDS)}]",
        "LONG": _table({name: index[url.NAMES[name]] for name in url.NAMES if name not in short}),
        "TRACKERS": _regex(_trackers()),
        "PATTERNS": f"[{','.join(_regex(each.pattern.pattern) for each in others if each.pattern)}]",
        "PRESET_REF": _regex(rf"{recipe.PRESET_NAME.pattern}(?:\.{recipe.REVISION.pattern})?"),
        "IMAGE": rf"/\.({'|'.join(EXTENSIONS)})(\/|$)/i",
        "PLAIN": _regex(_plain()),
        "NFC": f"[{','.join(str(run or '') for run in nfc_table())},1e9]",
        "OTHER_GRAVITIES": _js([name for name in values.GRAVITIES if name not in values.COMPASS]),
        "COMPASS": _words(values.COMPASS),
        "POINTS": _words(f"{x}-{y}" for x, y in values.COMPASS.values()),
        "RUNGS": _js(list(policy.ladder)),
        "RATIOS": _js([list(ratio) for ratio in policy.ratios]),
    }


def _js(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _words(words: Iterable[str]) -> str:
    return f'"{" ".join(words)}".split(" ")'


def _table(entries: Mapping[str, object] | Mapping[int, object]) -> str:
    return "{" + ",".join(f"{key}:{value}" for key, value in entries.items()) + "}"


def _regex(pattern: str) -> str:
    """A whole match. JavaScript knows these patterns as they are; capturing costs less space than ``(?:``."""
    shorter = re.sub(r"[(][?]:", "(", pattern).replace("[0-9]", r"\d").replace("A-Za-z0-9_", r"\w")
    return f"/^({shorter})$/"


def _trackers() -> str:
    spelled = [spelling for spellings in trackers.TABLE.values() for spelling in spellings]
    beginnings = [spelling[:-1] for spelling in spelled if spelling.endswith("*")]
    return "|".join([f"({'|'.join(beginnings)}).*", *(spelling for spelling in spelled if not spelling.endswith("*"))])


def _plain() -> str:
    """URLs without an escape, in the spelling of `edge.contract.request`, that ask for nothing but a size or preset."""
    side, name = r"[1-9]\d{0,3}", "[a-z0-9][a-z0-9-]{0,48}[a-z0-9]"
    formats = "|".join(each for each in FORMATS if each != "auto")
    asked = rf"((&w={side})?(&h={side})?|&p={name}(\.{recipe.REVISION.pattern})?)"
    return rf"(\/[\w-]+)+\.(jpg|{formats}){asked}(&f=({formats}))?(&v={VERSION.pattern})?"


def _allowed(text: str) -> str:
    """The text without an explanation, and with an asterisk for the directions."""
    return text.partition(";")[0].replace(" ".join(values.COMPASS), "*")


def _default(name: str) -> object:
    default = DEFAULTS[name]
    return int(default) if isinstance(default, bool) else default


def reader(parse: Callable[[str], object]) -> str:
    """How viewer-request.js reads what ``parse`` parses. Raises `ValueError` if it cannot."""
    if isinstance(parse, values.Integer):
        return f"[{parse.low},{parse.high if parse.high < 10**9 else '1e10'}]"
    if parse in _READERS:
        return _READERS[parse]
    if isinstance(parse, values.Choice):
        return _regex("|".join(parse.values))
    raise ValueError(f"viewer-request.js has no reader for {parse!r}")
