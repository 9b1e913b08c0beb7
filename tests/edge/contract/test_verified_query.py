"""The header with the query that viewer-request verified."""

from __future__ import annotations

import pytest

from edge.contract.verified_query import read_verified_query, spell_verified_query


@pytest.mark.parametrize("query", ["", "w=300&v=1f2e3d4c"])
def test_a_query_is_read_as_it_was_spelled(query: str) -> None:
    assert read_verified_query(spell_verified_query(query)) == query


@pytest.mark.parametrize("value", ["", "w=300"])
def test_what_viewer_request_did_not_write_is_no_query(value: str) -> None:
    assert read_verified_query(value) is None
