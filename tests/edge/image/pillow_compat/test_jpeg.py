"""What an opened JPEG tells of its components, tables and scans."""

from __future__ import annotations

from io import BytesIO

import pytest

from edge.image.pillow_compat.jpeg import JpegFile, has_usual_sampling, jpeg_component_count, jpeg_components
from tests.edge.image.pictures import quarters, saved


def test_a_jpeg_can_be_saved_with_its_own_tables() -> None:
    """`encode.still` relies on ``quality="keep"``."""
    original = JpegFile(BytesIO(saved(quarters(), "jpeg", quality=42, subsampling="4:2:0")))
    again = JpegFile(BytesIO(saved(original, "jpeg", quality="keep")))
    assert again.quantization == original.quantization
    assert has_usual_sampling(again)


@pytest.mark.parametrize(
    ("mode", "sampling", "expected"),
    [("L", 0, [(1, 1, 1, 0)]), ("RGB", 0, [(1, 1, 1, 0), (2, 1, 1, 1), (3, 1, 1, 1)]),
     ("RGB", 1, [(1, 2, 1, 0), (2, 1, 1, 1), (3, 1, 1, 1)]), ("RGB", 2, [(1, 2, 2, 0), (2, 1, 1, 1), (3, 1, 1, 1)])],
)  # fmt: skip
def test_a_jpeg_lists_its_components(mode: str, sampling: int, expected: list[tuple[int, ...]]) -> None:
    body = saved(quarters().convert(mode), "jpeg", subsampling=sampling)
    image = JpegFile(BytesIO(body))
    assert jpeg_components(image) == expected
    assert jpeg_component_count(image) == len(expected)
    assert has_usual_sampling(image)


def test_a_jpeg_with_an_unusual_sampling_is_recognised() -> None:
    body = bytearray(saved(quarters(), "jpeg", subsampling=0))
    body[body.index(b"\xff\xc0") + 14] = 0x12  # the second component
    assert not has_usual_sampling(JpegFile(BytesIO(bytes(body))))


def test_a_jpeg_tells_whether_it_is_progressive_and_reads_no_metadata() -> None:
    """Pillow's own reader stops at these segments."""
    whole = saved(quarters(), "jpeg", progressive=True)
    image = JpegFile(BytesIO(whole[:2] + b"\xff\xe0\0\x06JFIF\xff\x01" + whole[2:]))
    assert {"progression", "progressive"} == image.info.keys()
    image.load()
