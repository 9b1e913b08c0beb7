"""Pillow's readers of TIFF files: its own, which uses libtiff where it must, and libtiff for everything."""

from __future__ import annotations

from abc import ABCMeta
from typing import cast

from PIL import TiffImagePlugin, TiffTags

from edge.image import libtiff
from edge.image.pillow_compat.exif import TagDirectory
from edge.image.pillow_compat.functions import view
from edge.image.pillow_compat.readers import isolated

#: Pillow reads 16-bit grey that counts from white in little-endian TIFFs only. The key is (byte order, photometric
#: interpretation, sample formats, fill order, bits per sample, extra samples).
_WHITE_IS_ZERO_BIG_ENDIAN = (b"MM", 0, (1,), 1, (16,), ())


def _tiff_reader(*, by_libtiff: bool) -> type[TiffImagePlugin.TiffImageFile]:
    modes = {**TiffImagePlugin.OPEN_INFO, _WHITE_IS_ZERO_BIG_ENDIAN: ("I;16B", "I;16B")}
    # Pillow would read further directories, however long, before it lets the file be closed.
    tags = view(TiffTags, TAGS_V2_GROUPS={})
    names = {"ImageFileDirectory_v2": TagDirectory, "OPEN_INFO": modes, "READ_LIBTIFF": by_libtiff, "TiffTags": tags}
    reader = isolated(TiffImagePlugin.TiffImageFile, **names)
    methods = {"__module__": __name__, "_load_libtiff": libtiff.silent(reader._load_libtiff)}
    return cast("type[TiffImagePlugin.TiffImageFile]", ABCMeta(reader.__name__, (reader,), methods))


TiffFile = _tiff_reader(by_libtiff=False)
#: Reads with libtiff what is not compressed, too.
TiffFileByLibtiff = _tiff_reader(by_libtiff=True)
