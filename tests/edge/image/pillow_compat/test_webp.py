"""Where Pillow keeps libwebp."""

from __future__ import annotations

import ctypes

from edge.image.pillow_compat.webp import webp_library


def test_pillows_webp_module_holds_libwebp() -> None:
    library = ctypes.CDLL(webp_library())
    assert library.WebPGetFeaturesInternal
    assert library.WebPDecodeRGBAInto
