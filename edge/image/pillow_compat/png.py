"""Pillow's reader of PNG files."""

from __future__ import annotations

from PIL import PngImagePlugin

from edge.image.pillow_compat.readers import isolated, isolated_methods


def _png_stream() -> type[PngImagePlugin.PngStream]:
    methods = {**isolated_methods(PngImagePlugin.ChunkStream, {}), **isolated_methods(PngImagePlugin.PngStream, {})}
    return type("PngStream", (PngImagePlugin.PngStream,), methods)


PngFile = isolated(PngImagePlugin.PngImageFile, PngStream=_png_stream())


def png_raw_mode(image: PngImagePlugin.PngImageFile) -> str:
    """How an opened PNG stores its samples, such as ``L;2`` or ``RGB;16B``. Empty once its pixels are decoded."""
    return str(image.tile[0].args) if image.tile else ""


def set_png_raw_mode(image: PngImagePlugin.PngImageFile, raw_mode: str) -> None:
    """Lets an opened PNG read its samples in another way, of as many bits."""
    image.tile = [image.tile[0]._replace(args=raw_mode)]
