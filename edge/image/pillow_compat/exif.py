"""The tags of EXIF blocks and TIFF files."""

from __future__ import annotations

from types import SimpleNamespace
from typing import IO, Any

from PIL import Image, TiffImagePlugin

from edge.image.pillow_compat.functions import QUIET, copied, nothing

#: Tags of whole numbers that say how an image is stored and shown. libtiff reads them in any integer type.
WHOLE_NUMBERS = frozenset(
    {254, 256, 257, 258, 259, 262, 266, 273, 274, 277, 278, 279, 284, 296, 317, 320, 322, 323, 324, 325, 338, 339, 530}
)
_BYTE, _SHORT = 1, 3
_load_tags = copied(TiffImagePlugin.ImageFileDirectory_v2.load, QUIET)


class TagDirectory(TiffImagePlugin.ImageFileDirectory_v2):
    """The tags of a TIFF file or an EXIF block. Skips damaged tags without a warning.

    Pillow reads all integer types but two as numbers: those of BigTIFF that are signed or a position, which it skips,
    and bytes, which it keeps as bytes.
    """

    _load_dispatch = TiffImagePlugin.ImageFileDirectory_v2._load_dispatch | {
        17: (8, lambda self, data, _=True: self._unpack(f"{len(data) // 8}q", data)),
        18: (8, lambda self, data, _=True: self._unpack(f"{len(data) // 8}Q", data)),
    }
    _setitem = copied(TiffImagePlugin.ImageFileDirectory_v2._setitem, QUIET)

    def load(self, fp: IO[bytes]) -> None:
        _load_tags(self, fp)
        for tag in WHOLE_NUMBERS & self._tagdata.keys():
            if self.tagtype[tag] == _BYTE:
                values = self._tagdata[tag]
                self._tagdata[tag], self.tagtype[tag] = self._pack(f"{len(values)}H", *values), _SHORT


class Exif(Image.Exif):
    """EXIF whose directories are `TagDirectory`. Raises what Pillow's raises on damage."""

    @property
    def _info(self) -> TagDirectory | None:
        return self._directory

    @_info.setter
    def _info(self, directory: TiffImagePlugin.ImageFileDirectory_v2 | None) -> None:
        self._directory = None
        if directory is not None:
            self._directory = TagDirectory.__new__(TagDirectory)
            vars(self._directory).update(vars(directory))

    def _get_ifd_dict(self, offset: int, group: int | None = None) -> dict[int, Any] | None:
        try:
            self.fp.seek(offset)
        except (KeyError, TypeError):
            return None
        directory = TagDirectory(self.head, group=group)
        directory.load(self.fp)
        return self._fixup_dict(dict(directory))


#: Without Pillow's search for an orientation in XMP, which browsers ignore.
getexif = copied(Image.Image.getexif, {"Exif": Exif, "re": SimpleNamespace(search=nothing)})


def raw_tag(tags: TiffImagePlugin.ImageFileDirectory_v2 | Image.Exif, tag: int) -> bytes:
    """A tag's bytes as the file has them, of whatever type it says they are. Empty if absent."""
    directory = tags._info if isinstance(tags, Image.Exif) else tags
    return directory._tagdata.get(tag, b"") if directory else b""
