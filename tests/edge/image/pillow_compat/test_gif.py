"""Single frames of GIFs."""

from __future__ import annotations

import struct
from io import BytesIO

from PIL import Image

from edge.image.pillow_compat.gif import gif_image_data
from tests.edge.image.pictures import quarters


def test_gif_image_data_is_a_frame_with_or_without_a_palette() -> None:
    image = quarters((40, 30)).quantize(4)
    palette = bytes(image.getpalette() or ())[:12]
    screen = b"GIF89a" + struct.pack("<2H3B", 50, 40, 0x81, 0, 0) + palette
    for with_palette in (False, True):
        data = gif_image_data(image, (5, 7), with_palette=with_palette)
        assert data[:9] == struct.pack("<c4H", b",", 5, 7, 40, 30)
        assert bool(data[9] & 0x80) == with_palette
        with Image.open(BytesIO(screen + data + b";")) as gif:
            assert gif.convert("RGB").crop((5, 7, 45, 37)).tobytes() == quarters((40, 30)).tobytes()
