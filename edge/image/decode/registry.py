"""The formats of originals, each read by one class.

A new format is a class in a module of its own, an entry in `FORMATS`, a row in `edge.contract.formats` and one in
docs/upload.md; its limits, if it has any, go into docs/limits.md.
"""

from __future__ import annotations

from edge.image.decode.avif import Avif
from edge.image.decode.bmp import Bmp
from edge.image.decode.gif import Gif
from edge.image.decode.jpeg import Jpeg
from edge.image.decode.limits import COMMON, Limit
from edge.image.decode.png import Png
from edge.image.decode.source_file import SourceFile
from edge.image.decode.tiff import Tiff
from edge.image.decode.webp import WebP

FORMATS: tuple[type[SourceFile], ...] = (Jpeg, Png, WebP, Avif, Gif, Tiff, Bmp)
#: Every limit on a file, in the order of docs/limits.md.
LIMITS: tuple[Limit, ...] = (*COMMON, *(limit for each in FORMATS for limit in each.own_limits))
