"""What a month brings: requests, how many of them are hits, new variants, purges."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from infra.cost.errors import CostError

GB = 2**30
#: More than all of AWS's largest customers together; a larger number is a typing error.
_MOST = 1e15


@dataclass(frozen=True, slots=True)
class Traffic:
    """One month. The defaults are the reference month.

    ``requests`` that visitors send, ``hits`` the share that an edge cache answers, ``average_bytes`` of a reply,
    ``variants`` rendered for the first time, ``purges`` paths or tags invalidated, ``analyses`` by Rekognition,
    ``originals`` stored of ``original_bytes`` each; ``signed`` if URLs carry signatures.
    """

    requests: float = 10_000_000
    hits: float = 0.95
    variants: float = 200_000
    average_bytes: float = 60_000
    purges: float = 100
    analyses: float = 0
    originals: float = 20_000
    original_bytes: float = 3_000_000
    signed: bool = True

    def __post_init__(self) -> None:
        for field in fields(self):
            if field.name != "signed":
                _check(field.name, getattr(self, field.name))
        if self.hits > 1:
            raise CostError(f"The hit ratio is {self.hits:g}, but must be between 0 and 1; 95 % is 0.95.")
        if self.variants > self.misses:
            raise CostError(
                f"{self.variants:,.0f} new variants are more than the {self.misses:,.0f} requests that miss the cache; "
                "each variant needs one. Lower the hit ratio or the number of variants."
            )

    @property
    def misses(self) -> float:
        return self.requests - round(self.requests * self.hits)

    @property
    def egress_gb(self) -> float:
        return self.requests * self.average_bytes / GB

    @property
    def originals_gb(self) -> float:
        return self.originals * self.original_bytes / GB

    @property
    def variants_gb(self) -> float:
        """What this month's new variants take."""
        return self.variants * self.average_bytes / GB

    def scaled_to(self, requests: float) -> Traffic:
        """The same site with more or fewer visitors and images: all counts change in proportion."""
        if not self.requests:
            raise CostError("Traffic without requests cannot be scaled to other numbers of requests.")
        names = ("variants", "purges", "analyses", "originals")
        share = requests / self.requests
        return replace(self, requests=requests, **{name: getattr(self, name) * share for name in names})


def _check(name: str, number: float) -> None:
    words = name.replace("_", " ")
    if not 0 <= number < _MOST:  # also refuses NaN
        raise CostError(f"The number of {words} is {number:g}, but must be between 0 and {_MOST:g}.")
