"""The engine: bytes in, bytes out. Pillow behind two functions."""

from __future__ import annotations

from edge.image.decode.source import Source, verify
from edge.image.render import Rendered, render

__all__ = ["Rendered", "Source", "render", "verify"]
