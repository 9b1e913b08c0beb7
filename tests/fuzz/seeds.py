"""Small valid files of every format and variation, from which mutations start."""

from __future__ import annotations

from functools import cache
from typing import Any

from PIL import Image, ImageCms

from tests.edge.image import encoders
from tests.edge.image.pictures import animation, noise, saved

_STILLS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("jpeg", "RGB", {}),
    ("jpeg", "L", {"progressive": True}),
    ("jpeg", "CMYK", {"progressive": True}),
    ("jpeg", "RGB", {"restart_marker_blocks": 1, "subsampling": 0, "comment": b"odd"}),
    ("png", "1", {}),
    ("png", "L", {"bits": 4}),
    ("png", "LA", {}),
    ("png", "RGB", {"transparency": (1, 2, 3)}),
    ("png", "RGBA", {}),
    ("png", "I;16", {"transparency": 7}),
    ("png", "P", {"transparency": bytes(range(256)), "bits": 8}),
    ("webp", "RGB", {}),
    ("webp", "RGBA", {"lossless": True}),
    ("webp", "RGBA", {"quality": 30}),
    ("avif", "RGB", {"speed": 10}),
    ("avif", "RGBA", {"speed": 10, "subsampling": "4:4:4"}),
    ("gif", "L", {}),
    ("gif", "P", {"transparency": 3, "interlace": 1}),
    ("tiff", "RGB", {"compression": "tiff_lzw"}),
    ("tiff", "RGB", {"compression": "jpeg"}),
    ("tiff", "CMYK", {"compression": "packbits"}),
    ("tiff", "1", {"compression": "group4"}),
    ("tiff", "I;16", {"compression": "tiff_adobe_deflate"}),
    ("tiff", "F", {}),
    ("tiff", "RGBA", {"big_tiff": True, "compression": "zstd"}),
    ("tiff", "P", {}),
    ("bmp", "1", {}),
    ("bmp", "P", {}),
    ("bmp", "RGB", {}),
    ("bmp", "RGBA", {}),
)
_SIZE = (40, 30)


@cache
def seeds() -> tuple[bytes, ...]:
    """All seeds; the same on every run."""
    plain = [saved(noise(_SIZE, mode), kind, **options) for kind, mode, options in _STILLS]
    return (
        *plain,
        *_with_metadata(),
        *_animations(),
        *_bitmaps(),
        encoders.png(2, 16, lambda x, y: (x, y << 9, 7), encoders.png_chunk(b"tRNS", bytes(5) + b"\7")),
        encoders.png(2, 16, lambda x, y: (x << 9, y << 9, 7), interlaced=True),
        _pages(),
    )


def _with_metadata() -> list[bytes]:
    """Files with EXIF (orientation, a sub-directory), an ICC profile and XMP."""
    exif = Image.Exif()
    exif[274], exif[33432] = 6, "© someone"
    exif.get_ifd(34665)[36864] = b"0232"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    facts = {"exif": exif.tobytes(), "icc_profile": profile, "xmp": b"<x:xmpmeta/>"}
    kinds = ("jpeg", "png", "webp", "avif", "tiff")
    return [saved(noise(_SIZE), kind, **({"speed": 10} if kind == "avif" else {}), **facts) for kind in kinds]


def _animations() -> list[bytes]:
    frames = [noise((30, 20), "RGBA", seed) for seed in range(3)]
    opaque = [frame.convert("RGB") for frame in frames]
    return [
        animation("gif", [frame.convert("P") for frame in opaque], duration=[0, 20, 300], loop=2, disposal=2),
        animation("gif", frames, disposal=3),
        animation("webp", frames, duration=40, loop=3),
        animation("webp", opaque, lossless=True, allow_mixed=True),
        animation("png", frames, duration=[10, 20, 30], loop=1, disposal=1, blend=1),
        animation("png", frames, default_image=True, disposal=2),
        animation("avif", opaque, speed=10, duration=50),
        animation("avif", frames, speed=10),
    ]


def _bitmaps() -> list[bytes]:
    """BMPs that Pillow does not write: colour masks, runs, and two bits a pixel."""
    width, height = encoders.WIDTH, encoders.HEIGHT
    numbers = [encoders.packed((encoders.quarter(x, y) for x in range(width)), 2) for y in range(height)]
    blank = [bytes(range(4 * width))] * height
    runs = b"".join(bytes((16, 1, 0, 3, 0, 1, 2, 0, 4, 3, 0, 2, 1, 0, 0, 0)) for _ in range(height)) + b"\0\1"
    return [
        encoders.bmp(2, numbers, palette=True),
        encoders.bmp(32, blank, compression=3, masks=(0x3FF00000, 0xFFC00, 0x3FF, 0xC0000000), header=124),
        encoders.bmp(16, blank, compression=3, masks=(0x7C00, 0x3E0, 0x1F, 0x8000), header=108),
        encoders.bmp(8, [runs], compression=1, palette=True),
        encoders.bmp(4, [runs], compression=2, palette=True),
    ]


def _pages() -> bytes:
    """A TIFF of two pages, the second larger."""
    return animation("tiff", [noise(_SIZE), noise((60, 50))], compression="tiff_lzw")
