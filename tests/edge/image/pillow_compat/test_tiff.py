"""The two readers of TIFF files, whatever the host process has set."""

from __future__ import annotations

import struct
from io import BytesIO

import pytest
from PIL import TiffImagePlugin

from edge.image.pillow_compat.tiff import TiffFile, TiffFileByLibtiff
from tests.edge.image.pictures import quarters, saved


@pytest.mark.parametrize("host", [False, True])
def test_the_hosts_choice_of_libtiff_is_not_read(host: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    body = saved(quarters(), "tiff")
    monkeypatch.setattr(TiffImagePlugin, "READ_LIBTIFF", host)
    decoders = [{tile.codec_name for tile in reader(BytesIO(body)).tile} for reader in (TiffFile, TiffFileByLibtiff)]
    assert decoders == [{"raw"}, {"libtiff"}]


@pytest.mark.parametrize(("order", "mode"), [("<", "I;16"), (">", "I;16B")])
def test_grey_of_16_bits_that_counts_from_white_is_read_in_both_byte_orders(order: str, mode: str) -> None:
    tags = ((256, 2), (257, 1), (258, 16), (259, 1), (262, 0), (273, 200), (277, 1), (278, 1), (279, 4))
    head = (b"II" if order == "<" else b"MM") + struct.pack(order + "HIH", 42, 8, len(tags))
    head += b"".join(struct.pack(order + "HHII", tag, 4, 1, value) for tag, value in tags) + bytes(4)
    image = TiffFile(BytesIO(head.ljust(200, b"\0") + struct.pack(order + "2H", 0, 0xFFFF)))
    assert (image.mode, image.size) == (mode, (2, 1))
