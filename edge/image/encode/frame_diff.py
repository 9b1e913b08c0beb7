"""What of a picture differs from the one before it: the little that an animation's next frame must hold."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageChops

from edge.image.colour import modes
from edge.image.geometry import Region
from edge.image.pillow_compat import crop


@dataclass(frozen=True, slots=True)
class Delta:
    """``pixels`` for ``region``. ``over``: they are laid over what is there, so where they are transparent that stays;
    else they take its place."""

    pixels: Image.Image
    region: Region
    over: bool


class Screen:
    """What somebody sees who is shown each delta. So small changes add up until they are shown, and none is lost."""

    def __init__(self, tolerance: int, block: int) -> None:
        """Pixels that differ by no more than ``tolerance`` are left; what is shown is whole blocks, ``block`` wide."""
        self._apart = [255 * (difference > tolerance) for difference in range(256)]
        self._block = block
        self._shown = Image.new("RGBA", (0, 0))

    def show(self, frame: Image.Image) -> Delta | None:
        """What must be drawn so that ``frame`` is seen. None where it is already."""
        frame = frame.convert("RGBA")
        if frame.size != self._shown.size:
            self._shown = frame.copy()
            return Delta(_plain(frame), (0, 0, *frame.size), over=True)
        mask = self._changes(frame)
        region = mask.getbbox()
        if region is None:
            return None
        mask, part = crop(mask, region), crop(frame, region)
        over = not modes.is_transparent(part)
        self._shown.paste(part, region, mask if over else None)
        if over:
            part.putalpha(mask)
        return Delta(_plain(part), region, over)

    def _changes(self, frame: Image.Image) -> Image.Image:
        """255 in each block where something changes."""
        bands = [band.point(self._apart) for band in ImageChops.difference(frame, self._shown).split()]
        mask = ImageChops.lighter(ImageChops.lighter(*bands[:2]), ImageChops.lighter(*bands[2:]))
        if self._block == 1:
            return mask
        # The mean of a block with a single pixel of 255 is not 0 while the block has fewer than 510.
        blocks = mask.reduce(self._block).point([0] + [255] * 255)
        width, height = blocks.width * self._block, blocks.height * self._block
        return crop(blocks.resize((width, height), Image.Resampling.NEAREST), (0, 0, *mask.size))


def _plain(image: Image.Image) -> Image.Image:
    """Without transparency where there is none."""
    return image if modes.is_transparent(image) else image.convert("RGB")
