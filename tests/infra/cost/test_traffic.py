"""A month: what follows from its numbers, and which numbers make no sense."""

from __future__ import annotations

import pytest

from infra.cost.errors import CostError
from infra.cost.traffic import Traffic


def test_the_reference_month() -> None:
    month = Traffic()
    assert (month.requests, month.misses, month.variants, month.purges) == (10e6, 500_000, 200_000, 100)
    assert month.egress_gb == pytest.approx(558.79, abs=0.01)
    assert month.signed


def test_other_volumes_are_the_same_site_with_more_visitors() -> None:
    month = Traffic(analyses=50).scaled_to(100e6)
    assert (month.requests, month.hits, month.variants, month.purges) == (100e6, 0.95, 2e6, 1000)
    assert (month.analyses, month.originals, month.average_bytes) == (500, 200_000, 60_000)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"hits": 95}, "The hit ratio is 95, but must be between 0 and 1; 95 % is 0.95."),
        ({"hits": -0.1}, "The number of hits is -0.1, but must be between 0 and 1e+15."),
        ({"requests": -1}, "The number of requests is -1, but must be between 0 and 1e+15."),
        ({"purges": float("nan")}, "The number of purges is nan, but must be between 0 and 1e+15."),
        ({"average_bytes": float("inf")}, "The number of average bytes is inf, but must be between 0 and 1e+15."),
        (
            {"variants": 500_001},
            "500,001 new variants are more than the 500,000 requests that miss the cache; each variant needs one. "
            "Lower the hit ratio or the number of variants.",
        ),
    ],
    ids=["percent", "negative ratio", "negative", "not a number", "infinite", "too many variants"],
)
def test_wrong_numbers_are_explained(wrong: dict[str, float], sentence: str) -> None:
    with pytest.raises(CostError) as caught:
        Traffic(**wrong)  # type: ignore[arg-type] # the only field that is no number is not among them
    assert str(caught.value) == sentence


def test_nothing_cannot_be_scaled() -> None:
    with pytest.raises(CostError, match=r"^Traffic without requests cannot be scaled"):
        Traffic(requests=0, variants=0).scaled_to(1e6)
