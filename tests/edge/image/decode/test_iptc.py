"""Copyright in IPTC's IIM."""

from __future__ import annotations

import pytest

from edge.image.decode import iptc
from tests.edge.image.metadata import iim


def test_the_fields_are_read_in_order() -> None:
    data = iim({80: "one", 5: "title", 116: "the notice", 110: "agency"})
    assert list(iptc.copyright_fields(data)) == [
        ("creator", b"one"),
        ("copyright", b"the notice"),
        ("credit", b"agency"),
    ]


def test_what_follows_the_last_dataset_is_ignored() -> None:
    assert list(iptc.copyright_fields(iim({116: "the notice"}) + b"\0rest")) == [("copyright", b"the notice")]


@pytest.mark.parametrize("length", [1, 2])
def test_a_dataset_that_is_cut_off_raises(length: int) -> None:
    with pytest.raises(IndexError):
        list(iptc.copyright_fields(iim({116: "the notice"})[:length]))
