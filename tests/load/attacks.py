"""What hostile visitors may try: endless URLs of one kind, with the most that each kind may cost."""

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
#: A variant too large for a generated reply is stored, and the visitor redirected to it.
_OK_OR_REDIRECT = frozenset({200, 302})
_ACCEPTS = ("image/avif,image/webp,*/*;q=0.8", "image/webp,*/*", "*/*", "", "image/avif;q=0,image/webp;q=0.001")


@dataclass(frozen=True, slots=True)
class Attack:
    """``decodes`` is the allowed number of renderings; ``ladder`` allows one for each unsigned variant."""

    name: str
    ask: Callable[[random.Random], Ask]
    decodes: int | Literal["ladder"] = 0
    #: Whether storage is called at all.
    reaches_store: bool = True

    def asks(self, count: int, seed: int = 1) -> Iterator[Ask]:
        rng = random.Random(f"{self.name} {seed}")  # noqa: S311 # repeatable
        return (self.ask(rng) for _ in range(count))


def _hex(rng: random.Random) -> str:
    return f"{rng.getrandbits(32):08x}"


def _sizes(rng: random.Random) -> Ask:
    sides = rng.choice([("w",), ("h",), ("w", "h")])
    query = "&".join(f"{side}={rng.randint(1, 4000)}" for side in sides)
    query += rng.choice(["", "", "&fit=inside"]) + rng.choice(["", "", f"&f={rng.choice(CLASSES[3:])}"])
    return Ask(f"/photos/a.jpg?{query}&v=1f2e3d4c", _OK_OR_REDIRECT, headers={"Accept": rng.choice(_ACCEPTS)})


def _trackers(rng: random.Random) -> Ask:
    return Ask(f"/photos/a.jpg?w={rng.randint(51, 100)}&v=1f2e3d4c&utm_{_hex(rng)}={_hex(rng)}&_={_hex(rng)}")


def _accepts(rng: random.Random) -> Ask:
    types = ["image/avif", "image/webp", "image/png", "*/*", f"image/{_hex(rng)}"]
    accept = ",".join(f"{rng.choice(types)};q={rng.choice(['1', '0.5', '0', '9', 'x'])}" for _ in range(6))
    return Ask("/photos/a.jpg?w=100&v=1f2e3d4c", headers={"Accept": accept})


def _versions(rng: random.Random) -> Ask:
    return Ask(f"/photos/a.jpg?w=100&v={_hex(rng)}")


def _big_versions(rng: random.Random) -> Ask:
    """The variant is far above what fits into a reply: GET is redirected to the stored variant."""
    method = rng.choice(["GET", "HEAD"])
    return Ask(f"/big.png?f=png&v={_hex(rng)}", frozenset({302 if method == "GET" else 200}), method)


def _revisions(rng: random.Random) -> Ask:
    return Ask(f"/photos/a.jpg?p=card.{rng.randint(8, 10**8)}")


def _presets(rng: random.Random) -> Ask:
    return Ask(f"/photos/a.jpg?p={_hex(rng)}", _MISSING)


def _keys(rng: random.Random) -> Ask:
    return Ask(f"/photos/{_hex(rng)}/{_hex(rng)}.jpg?w=100", _MISSING)


def _parameters(rng: random.Random) -> Ask:
    return Ask(f"/photos/a.jpg?w=100&x{_hex(rng)}={_hex(rng)}", _REFUSED)


def _long(rng: random.Random) -> Ask:
    text = quote(rng.choice(["a", "%", "é", "&w=1"]) * rng.randint(700, 2300), safe="&=")
    return Ask(f"/photos/a.jpg?bg={text}", frozenset({400, 413}))


def _off_ladder(rng: random.Random) -> Ask:
    effect = rng.choice(["q={}", "blur={}", "rotate={}", "w=100&trim={}", "w=100&h=100&g=0.3,0.{}"])
    return Ask(f"/photos/a.jpg?{effect.format(rng.randint(1, 74))}", _FORBIDDEN)


def _signatures(rng: random.Random) -> Ask:
    signature = urlsafe_b64encode(rng.randbytes(16)).decode().rstrip("=")
    return Ask(f"/photos/a.jpg?w={rng.randint(1, 4000)}&s={_hex(rng)}.{signature}", _FORBIDDEN)


def _methods(rng: random.Random) -> Ask:
    method = rng.choice(["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "BREW"])
    return Ask("/photos/a.jpg?w=100", frozenset({400, 403, 405}), method)


def _paths(rng: random.Random) -> Ask:
    parts = ["..", "%2e%2e", ".", "", "originals", "photos", "a.jpg", f"1f2e3d4c.{_hex(rng)}", "w100.avif", "%00"]
    return Ask("/" + "/".join(rng.choices(parts, k=5)) + "/x", _REFUSED)


def _heads(rng: random.Random) -> Ask:
    return Ask(f"/photos/a.jpg?w=100&v={_hex(rng)}", _OK, "HEAD")


def _ranges(rng: random.Random) -> Ask:
    first = rng.randint(0, 3000)
    headers = {"Range": f"bytes={first}-{first + rng.randint(0, 900)}"}
    return Ask(f"/photos/a.jpg?w=100&v={_hex(rng)}", frozenset({200, 206, 416}), headers=headers)


def _ranges_of_missing(rng: random.Random) -> Ask:
    return Ask(
        "/photos/b.jpg?w=100&v=1f2e3d4c", frozenset({200, 206}), headers={"Range": f"bytes=0-{rng.randint(9, 99)}"}
    )


def _damaged(rng: random.Random) -> Ask:
    return Ask(f"/damaged.jpg?w=100&v={_hex(rng)}", frozenset({415}), rng.choice(["GET", "HEAD"]))


def _unexamined(rng: random.Random) -> Ask:
    return Ask(f"/damaged-by-hand.jpg?w=100&v={_hex(rng)}", frozenset({415}), rng.choice(["GET", "HEAD"]))


def _by_hand(rng: random.Random) -> Ask:
    version = rng.choice(["", f"&v={_hex(rng)}"])
    return Ask(f"/by-hand.jpg?w=100{version}", _OK, "HEAD")


ATTACKS = (
    Attack("sizes, formats", _sizes, "ladder"),
    Attack("trackers", _trackers, reaches_store=False),
    Attack("Accept headers", _accepts, 2),
    Attack("versions", _versions),
    Attack("HEAD of versions", _heads),
    Attack("versions of a big variant", _big_versions),
    Attack("ranges of versions", _ranges),
    # CloudFront does not collapse range requests: each that arrives before the first is done renders the variant.
    Attack("ranges of a missing variant", _ranges_of_missing, CONNECTIONS),
    Attack("preset revisions", _revisions),
    Attack("preset names", _presets),
    Attack("keys", _keys),
    Attack("unknown parameters", _parameters, reaches_store=False),
    Attack("long queries", _long, reaches_store=False),
    Attack("off the ladder", _off_ladder, reaches_store=False),
    Attack("wrong signatures", _signatures, reaches_store=False),
    Attack("methods", _methods, reaches_store=False),
    Attack("paths", _paths, reaches_store=False),
    Attack("a damaged original", _damaged, 2),
    Attack("a damaged original put there by hand", _unexamined, 2),
    Attack("an original put there by hand", _by_hand),
)
#: Requested before a flood, one after another, since most floods request existing variants.
WARMING = (
    Ask("/photos/a.jpg?w=100&v=1f2e3d4c"),
    Ask("/photos/a.jpg?p=card"),
    Ask("/by-hand.jpg?w=100", method="HEAD"),
    Ask("/big.png?f=png", frozenset({302})),
)
