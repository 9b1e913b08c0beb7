"""Pillow's reader of AVIF files."""

from __future__ import annotations

from PIL import AvifImagePlugin

from edge.image.pillow_compat.readers import isolated

AvifFile = isolated(AvifImagePlugin.AvifImageFile, DECODE_CODEC_CHOICE="auto")
