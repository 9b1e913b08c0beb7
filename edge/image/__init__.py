"""The engine: an original's bytes in, a variant's bytes out."""

from __future__ import annotations

from edge.image.decode.opening import verify
from edge.image.decode.source import Source
from edge.image.render import Rendered, render

__all__ = ["Rendered", "Source", "render", "verify"]
