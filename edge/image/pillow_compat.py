"""All of Pillow's private API that the engine uses, and Pillow's file readers made independent of the host process.

Pillow keeps its limits and switches in module globals that any code in the process may set: `Image.MAX_IMAGE_PIXELS`,
`ImageFile.LOAD_TRUNCATED_IMAGES`, `TiffImagePlugin.READ_LIBTIFF` and more. The readers here neither read nor change
them: their methods are copies of Pillow's that see the values given here. They emit no warnings either, because a host
may turn warnings into exceptions.

tests/edge/image/test_pillow_compat.py tests each private name; pyproject.toml bounds Pillow's version.
"""

from __future__ import annotations

import sys
from abc import ABCMeta, abstractmethod
from collections.abc import Callable, Mapping
from types import FunctionType, MappingProxyType, SimpleNamespace
from typing import IO, TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

# Each plugin that is needed and no other: what is not imported cannot be attacked, and costs no start-up time.
from PIL import (
    AvifImagePlugin,
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    TiffTags,
    WebPImagePlugin,
    _webp,
)

from edge.image import libtiff

if TYPE_CHECKING:
    from PIL._imaging import PixelAccess

#: Pillow reads 16-bit grey that counts from white in little-endian TIFFs only. The key is (byte order, photometric
#: interpretation, sample formats, fill order, bits per sample, extra samples).
_WHITE_IS_ZERO_BIG_ENDIAN = (b"MM", 0, (1,), 1, (16,), ())

_Function = TypeVar("_Function", bound=Callable[..., Any])
_Reader = TypeVar("_Reader", bound=ImageFile.ImageFile)


def _nothing(*_: object, **__: object) -> None:
    """Replaces `warnings.warn` and Pillow's pixel limit: the engine checks every size itself before decoding."""


def _copied(function: _Function, names: Mapping[str, Any]) -> _Function:
    """A copy of one of Pillow's functions that sees ``names`` instead of its module's globals."""
    return _with_globals(function, {**function.__globals__, **names})


def _with_globals(function: _Function, names: dict[str, Any]) -> _Function:
    copy = FunctionType(function.__code__, names, function.__name__, function.__defaults__, function.__closure__)
    copy.__kwdefaults__ = function.__kwdefaults__
    return cast(_Function, copy)


def _view(module: object, **names: object) -> SimpleNamespace:
    """The contents of ``module`` with other values for ``names``."""
    return SimpleNamespace(**{**vars(module), **names})


_QUIET = MappingProxyType({"warnings": SimpleNamespace(warn=_nothing)})


#: Tags of whole numbers that say how an image is stored and shown. libtiff reads them in any integer type.
WHOLE_NUMBERS = frozenset(
    {254, 256, 257, 258, 259, 262, 266, 273, 274, 277, 278, 279, 284, 296, 317, 320, 322, 323, 324, 325, 338, 339, 530}
)
_BYTE, _SHORT = 1, 3
_load_tags = _copied(TiffImagePlugin.ImageFileDirectory_v2.load, _QUIET)


class TagDirectory(TiffImagePlugin.ImageFileDirectory_v2):
    """The tags of a TIFF file or an EXIF block. Skips damaged tags without a warning.

    Pillow reads all integer types but two as numbers: those of BigTIFF that are signed or a position, which it skips,
    and bytes, which it keeps as bytes.
    """

    _load_dispatch = TiffImagePlugin.ImageFileDirectory_v2._load_dispatch | {
        17: (8, lambda self, data, _=True: self._unpack(f"{len(data) // 8}q", data)),
        18: (8, lambda self, data, _=True: self._unpack(f"{len(data) // 8}Q", data)),
    }
    _setitem = _copied(TiffImagePlugin.ImageFileDirectory_v2._setitem, _QUIET)

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


def raw_tag(tags: TiffImagePlugin.ImageFileDirectory_v2 | Image.Exif, tag: int) -> bytes:
    """A tag's bytes as the file has them, of whatever type it says they are. Empty if absent."""
    directory = tags._info if isinstance(tags, Image.Exif) else tags
    return directory._tagdata.get(tag, b"") if directory else b""


#: Without Pillow's search for an orientation in XMP, which browsers ignore.
_getexif = _copied(Image.Image.getexif, {"Exif": Exif, "re": SimpleNamespace(search=_nothing)})


class _HostIndependent(ImageFile.ImageFile):
    """What all readers share. Comes after Pillow's own class in each reader's method resolution order."""

    load = _copied(ImageFile.ImageFile.load, {"LOAD_TRUNCATED_IMAGES": False})
    getexif = _getexif


_ISOLATED = MappingProxyType(
    {
        **_QUIET,
        "Image": _view(Image, _decompression_bomb_check=_nothing, Exif=Exif),
        "ImageFile": _view(ImageFile, LOAD_TRUNCATED_IMAGES=False),
    }
)


def _isolated(reader: type[_Reader], **names: object) -> type[_Reader]:
    """``reader`` as a subclass whose methods see ``names`` and `_ISOLATED` instead of its module's globals."""
    methods = {"__module__": __name__, **_methods(reader, names)}
    return cast("type[_Reader]", ABCMeta(reader.__name__, (reader, _HostIndependent), methods))


def _methods(source: type, names: Mapping[str, object]) -> dict[str, Any]:
    seen = {**vars(sys.modules[source.__module__]), **_ISOLATED, **names}
    methods = ((name, method) for name, method in vars(source).items() if isinstance(method, FunctionType))
    return {name: _with_globals(method, seen) for name, method in methods}


def _png_stream() -> type[PngImagePlugin.PngStream]:
    methods = {**_methods(PngImagePlugin.ChunkStream, {}), **_methods(PngImagePlugin.PngStream, {})}
    return type("PngStream", (PngImagePlugin.PngStream,), methods)


def _jpeg_markers() -> dict[int, tuple[str, str, Callable[..., None] | None]]:
    """What Pillow does at each marker, but without metadata, where it fails if a segment is cut short. And TEM."""
    skipped = (JpegImagePlugin.APP, JpegImagePlugin.COM)
    known = {
        marker: (name, text, JpegImagePlugin.Skip if handler in skipped else handler)
        for marker, (name, text, handler) in JpegImagePlugin.MARKER.items()
    }
    return {**known, 0xFF01: ("TEM", "For temporary use", None)}


def _tiff_reader(*, by_libtiff: bool) -> type[TiffImagePlugin.TiffImageFile]:
    modes = {**TiffImagePlugin.OPEN_INFO, _WHITE_IS_ZERO_BIG_ENDIAN: ("I;16B", "I;16B")}
    # Pillow would read further directories, however long, before it lets the file be closed.
    tags = _view(TiffTags, TAGS_V2_GROUPS={})
    names = {"ImageFileDirectory_v2": TagDirectory, "OPEN_INFO": modes, "READ_LIBTIFF": by_libtiff, "TiffTags": tags}
    reader = _isolated(TiffImagePlugin.TiffImageFile, **names)
    methods = {"__module__": __name__, "_load_libtiff": libtiff.silent(reader._load_libtiff)}
    return cast("type[TiffImagePlugin.TiffImageFile]", ABCMeta(reader.__name__, (reader,), methods))


AvifFile = _isolated(AvifImagePlugin.AvifImageFile, DECODE_CODEC_CHOICE="auto")
GifFile = _isolated(GifImagePlugin.GifImageFile)
#: Reads no metadata: `edge.image.decode.jpeg_metadata` does.
JpegFile = _isolated(JpegImagePlugin.JpegImageFile, MARKER=_jpeg_markers())
PngFile = _isolated(PngImagePlugin.PngImageFile, PngStream=_png_stream())
WebPFile = _isolated(WebPImagePlugin.WebPImageFile)
TiffFile = _tiff_reader(by_libtiff=False)
#: Reads with libtiff what is not compressed, too.
TiffFileByLibtiff = _tiff_reader(by_libtiff=True)


class DeferredImage(Image.Image):
    """An image whose pixels are made when they are needed: `load` shows what `pixels` returns."""

    getexif = _getexif

    def __init__(self, mode: str, size: tuple[int, int]) -> None:
        super().__init__()
        self._mode, self._size = mode, size

    @abstractmethod
    def pixels(self) -> Image.Image:
        """The pixels to show now, of this image's mode and size; shared, not copied."""

    def load(self) -> PixelAccess | None:
        self._im = self.pixels().im
        return super().load()


class LazyImage(DeferredImage):
    """An image that ``decode`` makes, of the same mode and size, when it is first loaded."""

    def __init__(self, mode: str, size: tuple[int, int], decode: Callable[[], Image.Image]) -> None:
        super().__init__(mode, size)
        self._decode: Callable[[], Image.Image] | None = decode

    def pixels(self) -> Image.Image:
        if self._decode is None:
            return self
        decoded = self._decode()
        decoded.load()
        self._decode = None  # it may hold the pixels, too
        self.palette = decoded.palette
        return decoded


def crop(image: Image.Image, box: tuple[int, int, int, int]) -> Image.Image:
    """A copy of the part ``box`` of ``image``. `Image.crop` would apply the host's `Image.MAX_IMAGE_PIXELS`."""
    image.load()
    return image._new(image.im.crop(box))


class JpegComponent(NamedTuple):
    """A component of a JPEG's frame: its identifier, its sampling factors, and the number of its quantization table."""

    identifier: int
    across: int
    down: int
    table: int


def jpeg_components(image: JpegImagePlugin.JpegImageFile) -> list[JpegComponent]:
    """The components that an opened JPEG's frame header lists."""
    return [JpegComponent(*layer) for layer in image.layer]


def jpeg_component_count(image: JpegImagePlugin.JpegImageFile) -> int:
    """How many components the frame header claims. In a damaged file it may list fewer or more."""
    return image.layers


def has_usual_sampling(image: JpegImagePlugin.JpegImageFile) -> bool:
    """Whether Pillow can encode with an opened JPEG's chroma sampling."""
    return image.layers == 1 or JpegImagePlugin.get_sampling(image) != -1


def png_raw_mode(image: PngImagePlugin.PngImageFile) -> str:
    """How an opened PNG stores its samples, such as ``L;2`` or ``RGB;16B``. Empty once its pixels are decoded."""
    return str(image.tile[0].args) if image.tile else ""


def set_png_raw_mode(image: PngImagePlugin.PngImageFile, raw_mode: str) -> None:
    """Lets an opened PNG read its samples in another way, of as many bits."""
    image.tile = [image.tile[0]._replace(args=raw_mode)]


def webp_library() -> str:
    """The path of the shared library that holds Pillow's libwebp."""
    return str(_webp.__file__)


def gif_image_data(image: Image.Image, offset: tuple[int, int], *, with_palette: bool) -> bytes:
    """A GIF's image descriptor and compressed pixels (P) at ``offset`` of the screen."""
    return b"".join(GifImagePlugin.getdata(image, offset, include_color_table=with_palette))
