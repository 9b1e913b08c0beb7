"""BMPs, opened; an unusual one is told from a damaged one."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from edge.contract.errors import SourceRefused
from edge.image import pillow_compat


def opened(body: bytes, _most: int) -> Image.Image:
    """The picture. Raises `SourceRefused` for kinds that Pillow does not read, and whatever it raises on damage."""
    try:
        return pillow_compat.BmpFile(BytesIO(body))
    except OSError as error:
        if "Unsupported" in str(error):  # no other sign tells it from damage
            raise SourceRefused.unsupported(
                "The BMP file has colours or compression of an unusual kind, which is not read; "
                "save it with 24 bits a pixel."
            ) from error
        raise
