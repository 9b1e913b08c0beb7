"""Queries: their limits, and what a signature covers. The vectors have every parameter."""

from __future__ import annotations

import pytest

from edge.sih.errors import SihError
from edge.sih.query import MAX_QUERY, parse_query


def test_a_signature_covers_every_parameter_with_an_effect_sorted_and_decoded() -> None:
    query = parse_query("width=300&expires=20300101T000000Z&signature=ab&fit=a%2Cb&utm_source=x&zoom=2", strict=False)
    assert query.signed == "expires=20300101T000000Z&fit=a,b&width=300"
    assert (query.signature, query.expires) == ("ab", "20300101T000000Z")
    assert query.edits == {"resize": {"width": 300}}


def test_without_parameters_there_is_nothing_to_sign() -> None:
    assert parse_query("signature=ab", strict=True).signed == ""


def test_a_long_query_is_refused() -> None:
    with pytest.raises(SihError, match="characters"):
        parse_query("a=" + "b" * MAX_QUERY, strict=False)


@pytest.mark.parametrize(
    "query", ["tint=[[[", "convolve=[1,2]", "watermark=[1,2]", "watermark=[]", "extract=3", "tint=" + "[" * 3000]
)
def test_an_invalid_value_is_dropped_or_named(query: str) -> None:
    assert parse_query(query, strict=False).edits == {}
    with pytest.raises(SihError, match="is not valid"):
        parse_query(query, strict=True)
