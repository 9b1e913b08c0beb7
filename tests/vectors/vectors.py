"""The shared vectors: URLs with what each must become, for the Python handler and for the CloudFront Function."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from edge.contract.errors import EdgeError, ServiceUnavailable
from edge.contract.policy import Policy, load_policy
from edge.contract.rewrite import rewrite_url
from edge.contract.signing import KeyRing, SigningKey

FOLDER = Path(__file__).parent
#: The time of every vector.
NOW = 1_750_000_000
_SECRET = "secretsmanager:imagehub?region=us-east-1"
#: The sets of vectors: how each one's policy differs from the baked one, and whether its site has signing keys.
SETS: Mapping[str, tuple[Mapping[str, Any], bool]] = {
    "default": ({}, False),
    "signed": ({"secret": _SECRET}, True),
    "always": ({"secret": _SECRET, "signed": "always"}, True),
    "no-keys": ({"secret": _SECRET}, False),
    "ladder": (
        {
            "secret": _SECRET,
            "ladder": (7, 33, 99, 150, 301, 1001, 2999),
            "ratios": ((21, 9), (4, 3), (3, 4), (5, 4), (9, 21), (1, 3)),
            "quality": 60,
            "max_side": 3000,
        },
        True,
    ),
}
RING = KeyRing(
    SigningKey("k2", bytes(range(32)), 1_700_000_000), SigningKey("old1", bytes(range(100, 116)), 1_600_000_000)
)


@dataclass(frozen=True, slots=True)
class VectorSet:
    """The vectors of one policy. ``cases`` have path, query, accept, now and what is expected."""

    name: str
    policy: Policy
    ring: KeyRing | None
    cases: tuple[dict[str, Any], ...]

    @classmethod
    def load(cls, name: str) -> VectorSet:
        """The set as it is kept."""
        cases = (FOLDER / f"{name}.json").read_text()
        return cls.named(name, tuple(json.loads(cases)))

    @classmethod
    def named(cls, name: str, cases: tuple[dict[str, Any], ...] = ()) -> VectorSet:
        """The set with other cases."""
        changes, has_keys = SETS[name]
        return cls(name, replace(load_policy(), **changes), RING if has_keys else None, cases)

    @property
    def keys(self) -> dict[str, Any] | None:
        """The entry in the KeyValueStore."""
        if self.ring is None or self.ring.previous is None:
            return None
        return {
            "current": json.loads(self.ring.current.as_json()),
            "previous": json.loads(self.ring.previous.as_json()),
        }

    def expected(self, case: Mapping[str, Any]) -> dict[str, Any]:
        """What the Python handler makes of a case: ``uri`` and ``verified``, or ``status`` and ``code``."""
        try:
            path, query, accept, now = (case[name] for name in ("path", "query", "accept", "now"))
            rewritten = rewrite_url(path, query, accept, self.policy, self._find_key, now)
        except EdgeError as error:
            return {"status": error.status, "code": error.code}
        uri = rewritten.variant.uri.replace(f".{self.policy.rev}/", ".REV/")
        return {"uri": uri, "verified": f"?{rewritten.query}"}

    @staticmethod
    def wanted(case: Mapping[str, Any]) -> dict[str, Any]:
        """What the Python handler must make of a case; the function too, unless the case has a ``function``."""
        return {name: case[name] for name in ("status", "code", "uri", "verified") if name in case}

    def _find_key(self, key_id: str) -> SigningKey | None:
        if self.ring is None:
            raise ServiceUnavailable.signing_keys("")
        return self.ring.find(key_id)
