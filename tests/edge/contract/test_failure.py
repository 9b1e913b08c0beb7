"""Records of failed originals."""

from __future__ import annotations

from datetime import timedelta

import pytest

from edge.contract.errors import SourceRefused
from edge.contract.failure import (
    LIFETIME,
    MAX_RECORD_BYTES,
    failure_object_key,
    failure_prefix,
    parse_failure,
    spell_failure,
)


def test_a_record_is_named_by_the_bytes_of_the_original_and_by_the_engine() -> None:
    assert failure_object_key('"0123"', "96c24d99") == "failures/0123.96c24d99"
    assert failure_object_key('"0123"', "96c24d99").startswith(failure_prefix('"0123"'))
    assert not failure_object_key('"01234"', "96c24d99").startswith(failure_prefix('"0123"'))


def test_a_record_survives_a_round_trip() -> None:
    read = parse_failure(spell_failure(SourceRefused.damaged("The “file” is damaged.")))
    assert (read.code, read.message) == ("source_damaged", "The “file” is damaged.")


def test_a_record_holds_a_message_of_500_characters() -> None:
    assert parse_failure(spell_failure(SourceRefused.damaged("x" * 501))).message == "x" * 500


def test_a_record_counts_for_a_day() -> None:
    assert timedelta(days=1) == LIFETIME


def test_a_record_is_never_longer_than_what_is_read() -> None:
    assert len(spell_failure(SourceRefused.damaged("\U0001f600" * 10_000))) <= MAX_RECORD_BYTES


@pytest.mark.parametrize("record", [b"", b"{", b"[]", b"{}", b'{"code": 1, "message": "x"}', b"\xff"])
def test_what_is_no_record_is_an_error(record: bytes) -> None:
    with pytest.raises(ValueError):
        parse_failure(record)
