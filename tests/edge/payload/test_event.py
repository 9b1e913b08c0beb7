"""Payload format 2.0: what is read of an event."""

from __future__ import annotations

from edge.payload.event import header
from tests.edge.events import function_url


def test_a_header_that_is_absent_is_empty() -> None:
    event = function_url("/", accept="image/webp,*/*")
    assert header(event, "accept") == "image/webp,*/*"
    assert header(event, "range") == ""
