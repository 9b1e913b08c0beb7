"""Many signers and edges, each with the keys of another moment: every edge accepts what any signer signs."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

import pytest

from edge.contract.errors import ServiceUnavailable
from edge.contract.signing import KEEP_SECONDS, Claim, KeyRing, SigningKey
from edge.storage.errors import StorageUnavailable
from edge.storage.signing_keys.cache import LOOK_AGAIN_SECONDS, SigningKeyCache

STEP = 7
PAGE = 100
#: The longest outage that even a process whose keys have just expired survives.
OUTAGE = KEEP_SECONDS - LOOK_AGAIN_SECONDS - STEP
CLAIM = Claim("a.jpg", "w333")


@dataclass
class Fleet:
    """One source of keys, and the clock of all processes."""

    now: float = 1_000_000.0
    ring: KeyRing = KeyRing(SigningKey.generate(0))  # noqa: RUF009 # frozen
    outages: dict[int, tuple[float, float]] = field(default_factory=dict)

    def process(self, number: int) -> SigningKeyCache:
        def read() -> KeyRing:
            start, end = self.outages.get(number, (0.0, 0.0))
            if start <= self.now < end:
                raise StorageUnavailable("outage")
            return self.ring

        return SigningKeyCache(read, lambda: self.now)

    def rotate(self) -> None:
        self.ring = self.ring.rotated(SigningKey.generate(int(self.now)))


@pytest.mark.parametrize("seed", range(2))
def test_every_edge_accepts_what_any_signer_signs_while_a_page_lives(seed: int) -> None:
    """With rotations as often as the command allows, and outages of each process. At half of the edges, forged key ids
    use up the reads for unknown keys."""
    random, fleet = Random(seed), Fleet()  # noqa: S311 # a test's
    signers = [fleet.process(number) for number in range(6)]
    edges = [fleet.process(number) for number in range(6, 14)]
    attacked = edges[::2]
    started = {source: fleet.now + random.uniform(0, KEEP_SECONDS) for source in (*signers, *edges)}
    pages: list[tuple[float, str]] = []
    used, rejected = set(), 0
    rotate_at, end = fleet.now + 2 * KEEP_SECONDS, fleet.now + 10 * KEEP_SECONDS
    while fleet.now < end:
        if fleet.now >= rotate_at:
            fleet.rotate()
            rotate_at = fleet.ring.signs_from + PAGE
            for number in range(14):
                start = fleet.now + random.uniform(-OUTAGE, KEEP_SECONDS)
                fleet.outages[number] = (start, start + OUTAGE)
        pages = [page for page in pages if fleet.now - page[0] <= PAGE]
        for source in signers:
            if fleet.now >= started[source]:
                key = source.ring().signer(fleet.now)
                used.add(key.id)
                pages.append((fleet.now, CLAIM.sign(key)))
        for source in edges:
            if fleet.now >= started[source]:
                if source in attacked:
                    rejected += _forged_is_rejected(source)
                for _, signature in random.sample(pages, min(5, len(pages))):
                    CLAIM.verify(signature, source.find, fleet.now)
        fleet.now += STEP
    assert len(used) >= 3
    assert rejected > 500


def _forged_is_rejected(edge: SigningKeyCache) -> bool:
    try:
        return edge.find("forged") is None
    except ServiceUnavailable:
        return True
