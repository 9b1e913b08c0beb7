"""What changes from one frame of an animation to the next: the next frame has to hold nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageChops

from edge.image.colour import modes
from edge.image.geometry import Region
from edge.image.pillow_compat.images import crop


@dataclass(frozen=True, slots=True)
class FrameDiff:
    """``pixels`` (RGB or RGBA) to draw at ``region`` of the canvas.

    ``blend``: they are drawn over what is there, which stays visible where they are transparent. Otherwise they
    replace it.
    """

    pixels: Image.Image
    region: Region
    blend: bool


class FrameDiffer:
    """Compares each frame with what a viewer sees after all diffs so far.

    So small changes add up until they are large enough to be drawn, and none is lost.
    """

    def __init__(self, tolerance: int, block: int) -> None:
        """Pixels that differ by at most ``tolerance`` (0 to 255) count as equal. Diffs consist of whole blocks of
        ``block`` by ``block`` pixels."""
        self._thresholds = [255 * (difference > tolerance) for difference in range(256)]
        self._block = block
        self._displayed = Image.new("RGBA", (0, 0))

    def diff(self, frame: Image.Image) -> FrameDiff | None:
        """What to draw so that the viewer sees ``frame``. None if nothing changes. The first frame is drawn whole."""
        frame = frame.convert("RGBA")
        if frame.size != self._displayed.size:
            self._displayed = frame.copy()
            return FrameDiff(_without_opaque_alpha(frame), (0, 0, *frame.size), blend=True)
        mask = self._changed_blocks(frame)
        region = mask.getbbox()
        if region is None:
            return None
        mask, part = crop(mask, region), crop(frame, region)
        blend = not modes.is_transparent(part)
        self._displayed.paste(part, region, mask if blend else None)
        if blend:
            part.putalpha(mask)
        return FrameDiff(_without_opaque_alpha(part), region, blend)

    def _changed_blocks(self, frame: Image.Image) -> Image.Image:
        """A mask (L) with 255 in each block that changes."""
        bands = [band.point(self._thresholds) for band in ImageChops.difference(frame, self._displayed).split()]
        mask = ImageChops.lighter(ImageChops.lighter(*bands[:2]), ImageChops.lighter(*bands[2:]))
        if self._block == 1:
            return mask
        # One pixel of 255 keeps a block's mean above 0 as long as the block has fewer than 510 pixels.
        blocks = mask.reduce(self._block).point([0] + [255] * 255)
        width, height = blocks.width * self._block, blocks.height * self._block
        return crop(blocks.resize((width, height), Image.Resampling.NEAREST), (0, 0, *mask.size))


def _without_opaque_alpha(image: Image.Image) -> Image.Image:
    return image if modes.is_transparent(image) else image.convert("RGB")
