"""Numbers as people write them."""

from __future__ import annotations

import pytest

from infra.cost.errors import CostError
from infra.cost.quantities import parse_number, parse_share


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0), ("200000", 200_000), ("200,000", 200_000), ("200_000", 200_000), ("200k", 200_000), ("10M", 10e6),
        ("1.5G", 1.5e9), ("60kB", 60_000), ("3 MB", 3e6), (".5m", 5e5), ("1e9", 1e9), ("-5", -5), ("17B", 17),
    ],
)  # fmt: skip
def test_numbers(text: str, number: float) -> None:
    assert parse_number(text) == number


@pytest.mark.parametrize(("text", "share"), [("0.95", 0.95), ("95%", 0.95), ("99.5 %", 0.995), ("1", 1), ("0", 0)])
def test_shares(text: str, share: float) -> None:
    assert parse_share(text) == pytest.approx(share)


@pytest.mark.parametrize("text", ["", "lots", "10 X", "1M2", "95%", "nan", "inf"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(CostError, match=rf'^"{text}" is not a number\. Write for example 200000, 200k, 10M or 60kB\.$'):
        parse_number(text)


@pytest.mark.parametrize("text", ["", "most", "95k"])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(CostError, match=rf'^"{text}" is not a share\. Write for example 0\.95 or 95%\.$'):
        parse_share(text)
