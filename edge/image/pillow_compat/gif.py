"""Pillow's reader of GIF files, and its encoder of single frames."""

from __future__ import annotations

from PIL import GifImagePlugin, Image

from edge.image.pillow_compat.readers import isolated

GifFile = isolated(GifImagePlugin.GifImageFile)


def gif_image_data(image: Image.Image, offset: tuple[int, int], *, with_palette: bool) -> bytes:
    """A GIF's image descriptor and compressed pixels (P) at ``offset`` of the screen."""
    return b"".join(GifImagePlugin.getdata(image, offset, include_color_table=with_palette))
