"""What a hostile visitor tries: endless URLs of one kind, and what each kind may cost at most."""

from __future__ import annotations

import random
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from edge.contract.variant_key import CLASSES
from tests.load.client import CONNECTIONS, Ask

_OK, _REFUSED, _FORBIDDEN, _MISSING = (frozenset({status}) for status in (200, 400, 403, 404))
#: A variant above what a generated reply may hold is stored, and the visitor sent to it.
_OK_OR_BIG = frozenset({200, 302})
_ACCEPTS = ("image/avif,image/webp,*/*;q=0.8", "image/webp,*/*", "*/*", "", "image/avif;q=0,image/webp;q=0.001")


@dataclass(frozen=True, slots=True)
class Attack:
    """``decodes`` is the most that there may be: a number, or one for each of the unsigned variants (``ladder``)."""

    name: str
    ask: Callable[[random.Random], Ask]
    decodes: int | Literal["ladder"] = 0
    #: Whether the store is asked anything at all.
    reaches_store: bool = True

    def asks(self, count: int, seed: int = 1) -> Iterator[Ask]:
        rolls = random.Random(f"{self.name} {seed}")  # noqa: S311 # the same flood each time
        return (self.ask(rolls) for _ in range(count))


def _hex(rolls: random.Random) -> str:
    return f"{rolls.getrandbits(32):08x}"


def _sizes(rolls: random.Random) -> Ask:
    sides = rolls.choice([("w",), ("h",), ("w", "h")])
    query = "&".join(f"{side}={rolls.randint(1, 4000)}" for side in sides)
    query += rolls.choice(["", "", "&fit=inside"]) + rolls.choice(["", "", f"&f={rolls.choice(CLASSES[3:])}"])
    return Ask(f"/photos/a.jpg?{query}&v=1f2e3d4c", _OK_OR_BIG, headers={"Accept": rolls.choice(_ACCEPTS)})


def _trackers(rolls: random.Random) -> Ask:
    return Ask(f"/photos/a.jpg?w={rolls.randint(51, 100)}&v=1f2e3d4c&utm_{_hex(rolls)}={_hex(rolls)}&_={_hex(rolls)}")


def _accepts(rolls: random.Random) -> Ask:
    types = ["image/avif", "image/webp", "image/png", "*/*", f"image/{_hex(rolls)}"]
    accept = ",".join(f"{rolls.choice(types)};q={rolls.choice(['1', '0.5', '0', '9', 'x'])}" for _ in range(6))
    return Ask("/photos/a.jpg?w=100&v=1f2e3d4c", headers={"Accept": accept})


def _versions(rolls: random.Random) -> Ask:
    return Ask(f"/photos/a.jpg?w=100&v={_hex(rolls)}")


def _revisions(rolls: random.Random) -> Ask:
    return Ask(f"/photos/a.jpg?p=card.{rolls.randint(8, 10**8)}")


def _presets(rolls: random.Random) -> Ask:
    return Ask(f"/photos/a.jpg?p={_hex(rolls)}", _MISSING)


def _keys(rolls: random.Random) -> Ask:
    return Ask(f"/photos/{_hex(rolls)}/{_hex(rolls)}.jpg?w=100", _MISSING)


def _parameters(rolls: random.Random) -> Ask:
    return Ask(f"/photos/a.jpg?w=100&x{_hex(rolls)}={_hex(rolls)}", _REFUSED)


def _long(rolls: random.Random) -> Ask:
    text = quote(rolls.choice(["a", "%", "é", "&w=1"]) * rolls.randint(700, 2300), safe="&=")
    return Ask(f"/photos/a.jpg?bg={text}", frozenset({400, 413}))


def _off_ladder(rolls: random.Random) -> Ask:
    effect = rolls.choice(["q={}", "blur={}", "rotate={}", "w=100&trim={}", "w=100&h=100&g=0.3,0.{}"])
    return Ask(f"/photos/a.jpg?{effect.format(rolls.randint(1, 74))}", _FORBIDDEN)


def _signatures(rolls: random.Random) -> Ask:
    signature = urlsafe_b64encode(rolls.randbytes(16)).decode().rstrip("=")
    return Ask(f"/photos/a.jpg?w={rolls.randint(1, 4000)}&s={_hex(rolls)}.{signature}", _FORBIDDEN)


def _methods(rolls: random.Random) -> Ask:
    method = rolls.choice(["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "BREW"])
    return Ask("/photos/a.jpg?w=100", frozenset({400, 403, 405}), method)


def _paths(rolls: random.Random) -> Ask:
    parts = ["..", "%2e%2e", ".", "", "originals", "photos", "a.jpg", f"1f2e3d4c.{_hex(rolls)}", "w100.avif", "%00"]
    return Ask("/" + "/".join(rolls.choices(parts, k=5)) + "/x", _REFUSED)


def _heads(rolls: random.Random) -> Ask:
    return Ask(f"/photos/a.jpg?w=100&v={_hex(rolls)}", _OK, "HEAD")


def _ranges(rolls: random.Random) -> Ask:
    first = rolls.randint(0, 3000)
    headers = {"Range": f"bytes={first}-{first + rolls.randint(0, 900)}"}
    return Ask(f"/photos/a.jpg?w=100&v={_hex(rolls)}", frozenset({200, 206, 416}), headers=headers)


def _ranges_of_missing(rolls: random.Random) -> Ask:
    return Ask(
        "/photos/b.jpg?w=100&v=1f2e3d4c", frozenset({200, 206}), headers={"Range": f"bytes=0-{rolls.randint(9, 99)}"}
    )


def _damaged(rolls: random.Random) -> Ask:
    return Ask(f"/damaged.jpg?w=100&v={_hex(rolls)}", frozenset({415}), rolls.choice(["GET", "HEAD"]))


def _by_hand(rolls: random.Random) -> Ask:
    version = rolls.choice(["", f"&v={_hex(rolls)}"])
    return Ask(f"/by-hand.jpg?w=100{version}", _OK, "HEAD")


ATTACKS = (
    Attack("sizes, formats", _sizes, "ladder"),
    Attack("trackers", _trackers, reaches_store=False),
    Attack("Accept headers", _accepts, 2),
    Attack("versions", _versions),
    Attack("HEAD of versions", _heads),
    Attack("ranges of versions", _ranges),
    # CloudFront does not collapse ranges, so whoever asks before the first is done has it made too, and not stored.
    Attack("ranges of what is missing", _ranges_of_missing, CONNECTIONS),
    Attack("preset revisions", _revisions),
    Attack("preset names", _presets),
    Attack("keys", _keys),
    Attack("unknown parameters", _parameters, reaches_store=False),
    Attack("long queries", _long, reaches_store=False),
    Attack("beside the ladder", _off_ladder, reaches_store=False),
    Attack("wrong signatures", _signatures, reaches_store=False),
    Attack("methods", _methods, reaches_store=False),
    Attack("paths", _paths, reaches_store=False),
    Attack("a damaged original", _damaged, 2),
    Attack("an original put by hand", _by_hand),
)
#: Asked first, one after another: what has been made once already is what most floods go for.
WARMING = (
    Ask("/photos/a.jpg?w=100&v=1f2e3d4c"),
    Ask("/photos/a.jpg?p=card"),
    Ask("/by-hand.jpg?w=100", method="HEAD"),
)
