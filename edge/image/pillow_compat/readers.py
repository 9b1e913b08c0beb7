"""Subclasses of Pillow's readers that neither read nor change the globals of the process."""

from __future__ import annotations

import sys
from abc import ABCMeta
from collections.abc import Mapping
from types import FunctionType, MappingProxyType
from typing import Any, TypeVar, cast

from PIL import Image, ImageFile

from edge.image.pillow_compat.exif import Exif, getexif
from edge.image.pillow_compat.functions import QUIET, copied, nothing, view, with_globals

_Reader = TypeVar("_Reader", bound=ImageFile.ImageFile)
_ISOLATED = MappingProxyType(
    {
        **QUIET,
        "Image": view(Image, _decompression_bomb_check=nothing, Exif=Exif),
        "ImageFile": view(ImageFile, LOAD_TRUNCATED_IMAGES=False),
    }
)


class _HostIndependent(ImageFile.ImageFile):
    """What all readers share. Comes after Pillow's own class in each reader's method resolution order."""

    load = copied(ImageFile.ImageFile.load, {"LOAD_TRUNCATED_IMAGES": False})
    getexif = getexif


def isolated(reader: type[_Reader], **names: object) -> type[_Reader]:
    """``reader`` as a subclass whose methods see ``names`` and `_ISOLATED` instead of its module's globals."""
    methods = {"__module__": __name__, **isolated_methods(reader, names)}
    return cast("type[_Reader]", ABCMeta(reader.__name__, (reader, _HostIndependent), methods))


def isolated_methods(source: type, names: Mapping[str, object]) -> dict[str, Any]:
    """Copies of the methods of ``source`` that see ``names`` and `_ISOLATED` instead of its module's globals."""
    seen = {**vars(sys.modules[source.__module__]), **_ISOLATED, **names}
    methods = ((name, method) for name, method in vars(source).items() if isinstance(method, FunctionType))
    return {name: with_globals(method, seen) for name, method in methods}
