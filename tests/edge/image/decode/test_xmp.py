"""Copyright in XMP."""

from __future__ import annotations

from xml.parsers import expat

import pytest

from edge.image.decode import xmp
from tests.edge.image import metadata


def fields(packet: bytes) -> list[tuple[str, str]]:
    return list(xmp.copyright_fields(packet))


def test_elements_and_attributes_are_read_in_order() -> None:
    packet = metadata.xmp("the notice", ("one", "two"), "agency")
    assert fields(packet) == [("credit", "agency"), ("copyright", "the notice"), ("creator", "one"), ("creator", "two")]


def test_of_a_notice_in_several_languages_the_first_is_used() -> None:
    assert dict(fields(metadata.xmp("the notice")))["copyright"] == "the notice"


def test_what_precedes_damage_is_read() -> None:
    packet = metadata.xmp("the notice")
    found = xmp.copyright_fields(packet[: packet.index(b"</dc:rights>")])
    assert next(found) == ("credit", metadata.CANARY)
    assert next(found) == ("copyright", "the notice")
    with pytest.raises(expat.ExpatError):
        list(found)


def test_a_document_type_is_refused() -> None:
    with pytest.raises(ValueError, match="document type"):
        fields(metadata.xmp(before='<!DOCTYPE x [<!ENTITY a "boom">]>'))
