"""Six sample pictures, drawn: photographs that nobody had to take and that anybody may copy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from edge.contract.recipe import Point
from imagehub.demo.samples import landscapes, portrait, seascape, still_life


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture as an editor would describe it. The focal point is in per mille."""

    key: str
    title: str
    alt_text: str
    draw: Callable[[], Image.Image | list[Image.Image]]
    focal: Point | None = None

    def render(self) -> bytes:
        """The file, in the format that the key names. The same bytes each time."""
        drawn = self.draw()
        output = BytesIO()
        if isinstance(drawn, list):
            _save_gif(drawn, output)
        elif self.key.endswith(".jpg"):
            drawn.save(output, "JPEG", quality=90, subsampling=0)
        else:
            drawn.save(output, "PNG", compress_level=3)
        return output.getvalue()


SAMPLES = (
    Sample(
        "motion/orbit.gif",
        "One turn",
        "A banded planet turns in front of the stars while its grey moon goes round it.",
        still_life.orbit,
    ),
    Sample(
        "image.png",
        "Orange, lime, cherries",
        "An orange with a leaf, a lime and two cherries, cut out.",
        still_life.fruit,
        (440, 520),
    ),
    Sample(
        "coast/panorama.jpg",
        "Before the wind gets up",
        "Morning over a calm sea: headlands on the left, the low sun's path on the water.",
        seascape.panorama,
        (640, 440),
    ),
    Sample(
        "people/portrait.jpg",
        "Above the mist",
        "Somebody in a red coat stands on a rock and looks over mountains in the mist.",
        portrait.wanderer,
        (500, 640),
    ),
    Sample(
        "images/photo.png",
        "Northern lights",
        "Green and violet northern lights over a rocky shore, mirrored in the lake.",
        landscapes.aurora,
        (560, 420),
    ),
    Sample(
        "photo.jpg",
        "Last light",
        "Sand dunes at dusk, half of each in violet shade, the sun on the horizon.",
        landscapes.dunes,
        (270, 540),
    ),
)


def _save_gif(frames: list[Image.Image], output: BytesIO) -> None:
    """With one palette for all frames, so that nothing flickers."""
    palette = frames[0].quantize(256)
    first, *rest = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    first.save(output, "GIF", save_all=True, append_images=rest, duration=60, loop=0)
