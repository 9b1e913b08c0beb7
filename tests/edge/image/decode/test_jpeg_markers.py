"""The segments of a JPEG file."""

from __future__ import annotations

import pytest

from edge.contract.errors import SourceRefused
from edge.image import verify
from edge.image.decode import jpeg_markers
from edge.image.decode.limits import LimitExceeded
from tests.edge.image.decode.support import refusal
from tests.edge.image.decode.test_jpeg import with_scans
from tests.edge.image.pictures import POLICY, noise, quarters, saved, variant


def test_a_marker_without_a_length_hides_no_scan() -> None:
    """What follows TEM is not its content."""
    body, last = with_scans(300), with_scans(0).rindex(b"\xff\xda")
    assert "64 scans" in refusal(body[:last] + b"\xff\x01" + body[last:]).message


def test_what_a_camera_writes_after_the_image_is_no_scan() -> None:
    """A motion photo is a JPEG with a video after it, which may contain any bytes."""
    video = b"\xff\xda\0\x08" * 1000
    assert variant(with_scans(0) + video, "jpeg", width=10).format == "jpeg"
    assert variant(saved(quarters(), "jpeg") + video, "jpeg", width=10).format == "jpeg"


def test_a_long_run_of_fill_bytes_is_searched_once() -> None:
    """From each of them to the end would take hours. This run comes after the header, whose junk is limited."""
    whole = saved(noise((64, 64)), "jpeg", progressive=True)
    start = whole.index(b"\xff\xda")
    scan = whole[start : start + 2 + int.from_bytes(whole[start + 2 : start + 4])]
    with pytest.raises(SourceRefused, match="64 scans"):
        verify(whole[:-2] + b"\xff" * 3_000_000 + b"\xd0" + scan * 100 + whole[-2:], POLICY)


def markers(body: bytes) -> list[int]:
    return [segment.marker for segment in jpeg_markers.walk(body)]


def test_segments_are_walked_to_the_end_of_the_image() -> None:
    body = saved(quarters(), "jpeg")
    found = markers(body + b"\xff\xda\0\x08")
    assert found[0] == 0xE0
    assert found.count(jpeg_markers.SCAN) == 1
    assert found[-1] == jpeg_markers.SCAN


def test_a_segment_has_content() -> None:
    body = saved(quarters(), "jpeg", comment=b"hello")
    segment = next(each for each in jpeg_markers.walk(body) if each.marker == 0xFE)
    assert body[segment.start : segment.end] == b"hello"


def test_restart_markers_are_part_of_a_scan() -> None:
    body = saved(quarters(), "jpeg", restart_marker_blocks=1)
    assert b"\xff\xd0" in body
    assert not set(markers(body)) & set(range(0xD0, 0xD8))


def test_fill_bytes_before_a_marker_are_skipped() -> None:
    body = saved(quarters(), "jpeg")
    assert markers(body[:2] + b"\xff" * 99 + body[2:]) == markers(body)


def test_segments_after_the_first_scan_count_too() -> None:
    body = saved(quarters(), "jpeg", progressive=True)
    last = body.rindex(b"\xff\xda")
    segments = jpeg_markers.walk(body[:last] + b"\xff\xfe\0\2" * 5_000 + body[last:])
    with pytest.raises(LimitExceeded):
        list(segments)
