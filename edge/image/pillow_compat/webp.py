"""Pillow's reader of WebP files, and where its libwebp is."""

from __future__ import annotations

from PIL import WebPImagePlugin, _webp

from edge.image.pillow_compat.readers import isolated

WebPFile = isolated(WebPImagePlugin.WebPImageFile)


def webp_library() -> str:
    """The path of the shared library that holds Pillow's libwebp."""
    return str(_webp.__file__)
