"""Random URLs, valid, nearly valid and hostile, from a fixed seed; and what each must become."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote

from edge.contract.errors import BadRequest
from edge.contract.keys import EXTENSIONS
from edge.contract.negotiation import FORMATS
from edge.contract.recipe import FIELDS, MAX_FACES
from edge.contract.signing import SigningKey
from edge.contract.url import NAMES, parse_url
from edge.contract.url_path import encode_path
from edge.contract.values import FACES, FITS, GRAVITIES
from infra.functions.nfc import certainly_nfc
from tests.vectors.inputs import ACCEPTS, BAD_STEMS, ENDINGS, PATHS, QUERIES, STEMS
from tests.vectors.vectors import NOW, VectorSet

#: How many vectors each set has.
COUNTS = {"default": 1800, "signed": 1800, "always": 500, "no-keys": 300, "ladder": 1200}


def cases(vectors: VectorSet, count: int) -> Iterator[dict[str, Any]]:
    """``count`` vectors of that set, the same at each call."""
    choose = random.Random(vectors.name)  # noqa: S311 - not for secrets
    accept = ACCEPTS[0]
    fixed = [(path, "w=300") for path in PATHS] + [("/photo.jpg", query) for query in QUERIES]
    made: list[tuple[str, str, str]] = [(path, query, accept) for path, query in fixed]
    made += [("/photo.jpg", "w=300", each) for each in ACCEPTS]
    made += [(_path(stem + ".jpg"), "", accept) for stem in (*STEMS, *BAD_STEMS)]
    made += [(_path(f"photo{ending}"), "", accept) for ending in ENDINGS]
    made = choose.sample(made, count // 2) if len(made) > count // 2 else made
    while len(made) < count:
        made.append(_random(vectors, choose))
    for path, query, header in made:
        yield compared(vectors, {"path": path, "query": query, "accept": header, "now": NOW})


def compared(vectors: VectorSet, case: dict[str, Any]) -> dict[str, Any]:
    """``case`` with what the Python handler makes of it, and as ``function`` what the function does otherwise."""
    return case | vectors.expected(case) | _differences(vectors, case)


def _path(key: str) -> str:
    return "/" + quote(key)


def _random(vectors: VectorSet, choose: random.Random) -> tuple[str, str, str]:
    key = f"{choose.choice(STEMS)}.{choose.choice(EXTENSIONS)}"
    path = _path(key)
    if choose.random() < 0.15:
        path = _path(choose.choice((*BAD_STEMS, *STEMS)) + choose.choice((*ENDINGS, ".jpg", ".png")))
    query = _query(vectors, choose)
    if choose.random() < (0.6 if vectors.ring else 0.1):
        query = signed(vectors, path, query, choose)
    if choose.random() < 0.2:
        query = _odd(query, choose)
    return path, query, choose.choice(ACCEPTS)


def _query(vectors: VectorSet, choose: random.Random) -> str:
    if choose.random() < 0.1:
        pairs = [("p", choose.choice(("card", "card.3", "a-b-c.12", "x")))]
    else:
        names = choose.choice((["width"], ["height"], ["width", "height"], ["width", "height", "fit"], None))
        chosen = names or choose.sample([field.name for field in FIELDS], choose.randint(0, 7))
        pairs = [(_spelling(name, choose), _VALUES[name](vectors, choose)) for name in chosen]
        if not names and choose.random() < 0.3:
            chosen_others = {*chosen} - {"width", "height", "gravity"}
            faces = {"w": "301", "h": "299", "g": choose.choice(FACES)}
            pairs = [pair for pair in pairs if NAMES[pair[0]] in chosen_others] + list(faces.items())
    others: Mapping[str, str] = {
        "f": choose.choice(FORMATS),
        "v": f"{choose.randrange(16**8):08x}",
        "e": str(NOW + choose.choice((-1, 0, 1, 1000, -1000))),
        choose.choice(("utm_source", "gclid", "_", "fbclid")): "x",
    }
    pairs += [
        pair for pair, chance in zip(others.items(), (0.3, 0.4, 0.1, 0.1), strict=True) if choose.random() < chance
    ]
    choose.shuffle(pairs)
    return "&".join(f"{name}={quote(value, safe=choose.choice(('', ',-')))}" for name, value in pairs)


def _spelling(name: str, choose: random.Random) -> str:
    return choose.choice([spelling for spelling, meant in NAMES.items() if meant == name])


def signed(vectors: VectorSet, path: str, query: str, choose: random.Random) -> str:
    """``query`` with a signature, most often the right one."""
    keys = [SigningKey("k2", b"x" * 32, 0), SigningKey("none", b"x" * 32, 0)]
    if vectors.ring and vectors.ring.previous:
        keys += [vectors.ring.current] * 8 + [vectors.ring.previous] * 3
    try:
        request = parse_url(path, query, vectors.policy)
    except Exception:
        return f"{query}&s=k2.AAAAAAAAAAAAAAAAAAAAAA"
    signature = str(request.signed_by(choose.choice(keys)).signature)
    if choose.random() < 0.1:
        signature = signature[:-1] + choose.choice("AQgwB_-")
    return f"{query}&s={signature}" if query else f"s={signature}"


def _odd(query: str, choose: random.Random) -> str:
    """``query`` with one change, which most often makes it wrong."""
    at = choose.randint(0, len(query))
    inserted = choose.choice(
        ("&", "%", "=", "0", "9", "a", "%41", "%C3%A9", "\u00e9", ",", ".", "-", "&w=1", "&x=1", "&amp;", "", "%0A")
    )
    return query[:at] + inserted + query[at + choose.randint(0, 2) :]


def _side(vectors: VectorSet, choose: random.Random) -> str:
    rung = choose.choice(vectors.policy.ladder)
    ratio = choose.choice(vectors.policy.ratios)
    near = choose.choice((rung, rung * min(ratio) / max(ratio), rung + 1, rung - 1))
    exact = choose.choice((round(near), int(near), choose.randint(0, 4200), choose.randint(0, 10**10 - 1)))
    return str(exact if choose.random() < 0.3 else round(near))


def _point(_: VectorSet, choose: random.Random) -> str:
    digits = choose.randint(1, 6)
    x, y = (f"{choose.choice((choose.random(), 0.5, 0, 1, choose.randrange(2000) / 2000)):.{digits}f}" for _ in "xy")
    return choose.choice(
        (choose.choice(GRAVITIES), f"{x},{y}", f"{x},{y}", f"{x.lstrip('0') or '0'},{y}", "0.5,0", "1,0.5")
    )


def _number(low: int, high: int) -> Callable[[VectorSet, random.Random], str]:
    return lambda _, choose: str(choose.choice((low, high, choose.randint(low, high), choose.randint(low, high + 1))))


_VALUES: Mapping[str, Callable[[VectorSet, random.Random], str]] = {
    "width": _side,
    "height": _side,
    "fit": lambda _, choose: choose.choice(FITS),
    "gravity": _point,
    "face": _number(1, MAX_FACES),
    "pad": _number(0, 500),
    "quality": lambda vectors, choose: str(choose.choice((vectors.policy.quality, choose.randint(0, 101)))),
    "up": _number(0, 1),
    "bg": lambda _, choose: choose.choice(
        ("ffffff", "FFFFFFFF", f"{choose.randrange(16**6):06x}", f"{choose.randrange(16**8):08X}")
    ),
    "rotate": lambda _, choose: str(choose.choice((0, 90, -90, 180, 270, 360, choose.randint(-361, 361)))),
    "flip": _number(0, 1),
    "flop": _number(0, 1),
    "blur": _number(0, 100),
    "sharpen": _number(0, 10),
    "grayscale": _number(0, 1),
    "trim": _number(0, 255),
}


def _differences(vectors: VectorSet, case: Mapping[str, Any]) -> dict[str, Any]:
    """What the function does otherwise, as `function`: it cannot normalise keys. See docs/function.md."""
    try:
        spelled = unquote(case["path"][1:], errors="strict")
        request = parse_url(case["path"], case["query"], vectors.policy)
    except (BadRequest, UnicodeError):
        return {}
    if request.signature is not None and not certainly_nfc(spelled):
        return {"function": {"status": 400, "code": "key_invalid"}}
    if request.key == spelled:
        return {}
    expected = vectors.expected(case)
    if "uri" in expected:
        expected["uri"] = expected["uri"].replace(encode_path(request.key), encode_path(spelled))
    return {"function": expected}
