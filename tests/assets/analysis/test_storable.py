"""Whatever an analyser answers becomes something that every database stores, within bounds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.analysis.storable import MAX_ITEMS, MAX_STRING, storable_reply, storable_text
from assets.errors import PermanentFailure


def test_what_a_database_refuses_is_replaced() -> None:
    reply = {"a\0": ["x\0y", "\ud83d", float("nan"), float("inf"), 10**400, b"bytes", True, 0.5, None]}
    assert storable_reply(reply) == {"a�": ["x�y", "�", None, None, None, None, True, 0.5, None]}


def test_a_whole_pair_of_surrogates_is_one_character_and_stays() -> None:
    assert storable_text(json.loads('"\\ud83d\\ude00 SALE"')) == "😀 SALE"


def test_long_texts_and_lists_are_cut_off() -> None:
    found = storable_reply(
        {"text": "x" * 9999, "list": [1] * 9999, "names": {str(number): 1 for number in range(9999)}}
    )
    assert [len(each) for each in found.values()] == [MAX_STRING, MAX_ITEMS, MAX_ITEMS]


def test_what_is_nested_too_deeply_is_left_out() -> None:
    deep: Any = []
    for _ in range(500):
        deep = [deep]
    assert len(json.dumps(storable_reply({"deep": deep}))) < 100


def test_what_is_too_large_in_spite_of_all_is_refused() -> None:
    with pytest.raises(PermanentFailure, match=r"^The analyser's reply has [\d,]+ bytes; at most 2,000,000"):
        storable_reply({"list": [["x" * 2000] * 200] * 200})


_scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters())
_values = st.recursive(_scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


@given(st.dictionaries(st.text(), _values))
def test_any_reply_becomes_strict_json_without_nul_and_surrogates(reply: dict[str, Any]) -> None:
    found = storable_reply(reply)
    text = json.dumps(found, allow_nan=False, ensure_ascii=False)
    text.encode()
    assert "\\u0000" not in text
    assert storable_reply(found) == found
