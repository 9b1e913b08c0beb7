"""Random URLs and Accept headers without regard for what is valid, to compare the handlers on."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from edge.contract.keys import EXTENSIONS
from edge.contract.negotiation import FORMATS
from edge.contract.trackers import TABLE
from edge.contract.url import NAMES
from edge.contract.values import FITS, GRAVITIES
from tests.vectors.generate import compared, signed
from tests.vectors.vectors import NOW, VectorSet

_CHARACTERS = (
    *"abzAZ019._-~*!'()+,;:@$= /\\", "\u00e9", "\u0301", "\u05b0", "\u0643", "\u064b", "\u0e38", "\u4e2d", "\U0001f600",
    "\u212a", "\u200d", "\u1112\u1161", "\x00", "\x1f", "\x7f", "\x85", "\xa0",
)  # fmt: skip
_ESCAPES = ("%", "%4", "%zz", "%25", "%2F", "%2f", "%2e", "%7E", "%C3", "%A9", "%c3%a9", "%ED%A0%80", "%F4%90%80%80")
_NAMES = (
    *NAMES, *NAMES, "W", "w ", "%77", "%w", "w%00", "wid", "first", "spelled", "constructor", "__proto__", "", "0",
    "14", "-1", "1.5", "utm_", "utm", "_", "__",
    *(name.replace("*", "x") for names in TABLE.values() for name in names),
)  # fmt: skip
_VALUES = (
    "", "0", "00", "1", "01", "2", "-0", "-1", "+1", "1.0", "1e2", "1e400", "0x10", "0b1", " 300", "300 ", "%20300",
    "300%0a", "300%0D", "3%30%30", "%33", "\u0663", "%D9%A3", "1_0", "Infinity", "NaN", "null", ".5", ".5,.5", "0.5,",
    "0.0005,0.9995", "0.0004999,1", "1.0000001,0", "00.1,01", "1e-1,0", "0.5,0.5", "0,1", "1,0.5", "0.1234565,0.5",
    "ffffff", "FFFFFFFF", "ffffff00", "0x0000", "-90", "360", "361", "-360", "270", "card", "card.1", "c", "card.0",
    "card-", "-card", "card.card", "0123abcd", "0123abcD", "0123abc ", "0x123abc", "k2.AAAAAAAAAAAAAAAAAAAAAA",
    str(NOW), str(NOW + 9), "x" * 41, "a=b", "true", *FITS, *GRAVITIES, *FORMATS,
)  # fmt: skip
_TYPES = (
    "image/avif",
    "image/webp",
    "image/jpeg",
    "image/png",
    "image/*",
    "*/*",
    "text/html",
    "IMAGE/AVIF",
    "image/",
    "",
)
_PARAMETERS = (
    "",
    "",
    "",
    ";q=0",
    ";q=1",
    ";q=0.5",
    "; q=0.9",
    ";Q=.5",
    ";q=0.1234",
    ";q",
    ";q=",
    ";level=1;q=0.2",
    ";",
)


def wild_cases(vectors: VectorSet, seed: int, count: int) -> Iterator[dict[str, Any]]:
    """``count`` cases with what each must become, the same for each ``seed``."""
    choose = random.Random(f"{vectors.name} {seed}")  # noqa: S311 - not for secrets
    for _ in range(count):
        path, query = _path(choose), _query(vectors, choose)
        if vectors.ring and choose.random() < 0.3:
            query = signed(vectors, path, query, choose)
        yield compared(vectors, {"path": path, "query": query, "accept": _accept(choose), "now": NOW})


def _some(choices: Sequence[str], most: int, choose: random.Random) -> list[str]:
    return choose.choices(choices, k=choose.randint(0, most))


def _path(choose: random.Random) -> str:
    if choose.random() < 0.6:
        return "/" + "/".join([*_some(("a", "b-c", "x_1"), 3, choose), f"photo.{choose.choice(EXTENSIONS)}"])
    text = "".join(_some(_CHARACTERS, 8, choose)) + choose.choice((".jpg", ".JPG", ".png", ".txt", "", ".jpg/x.gif"))
    spelled = choose.choice((quote(text), quote(text, safe="/!~*'()+,;:@$= "), text))
    at = choose.randint(0, len(spelled))
    escape = choose.choice(_ESCAPES) if choose.random() < 0.2 else ""
    return "/" + spelled[:at] + escape + spelled[at:]


def _query(vectors: VectorSet, choose: random.Random) -> str:
    names = choose.choice((("w", "h"), ("w", "h", "f", "v"), ("p", "f", "v"), ("w", "h", "fit", "g", "q"), _NAMES))
    pairs = [f"{name}={_value(name, vectors, choose)}" for name in _some(names, 4, choose)]
    if choose.random() < 0.1:
        pairs.append(choose.choice(("", "w", "=", "==", "w=1=", "\u00e9=\u00e9")))
    return choose.choice(("&", "&", "&", "&", "&&", "&amp;", ";")).join(pairs)


def _value(name: str, vectors: VectorSet, choose: random.Random) -> str:
    if name in ("w", "h", "width", "height") and choose.random() < 0.7:
        rung = choose.choice(vectors.policy.ladder)
        first, second = choose.choice(vectors.policy.ratios)
        return str(choose.choice((rung, rung * first // second, round(rung * second / first), choose.randint(0, 4200))))
    return choose.choice(_VALUES)


def _accept(choose: random.Random) -> str:
    between = choose.choice((",", ", ", " , ", ",\t"))
    return between.join(choose.choice(_TYPES) + choose.choice(_PARAMETERS) for _ in range(choose.randint(0, 5)))
