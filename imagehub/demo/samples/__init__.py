"""Sample images. Six are drawn by code, so that no photograph and no licence needs to come with the project.

One is a photograph, with a face to find. It belongs to the samples where the package that brings it is installed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from edge.contract.values import Point
from imagehub.demo.samples import astronaut, landscapes, planet, portrait, seascape, still_life


@dataclass(frozen=True, slots=True)
class Sample:
    """One image as an editor would describe it. The focal point is in per mille of width and height."""

    key: str
    title: str
    alt_text: str
    draw: Callable[[], Image.Image | list[Image.Image]]
    focal: Point | None = None

    def render(self) -> bytes:
        """The encoded file, in the format of the key's extension. Every call returns the same bytes."""
        drawn = self.draw()
        output = BytesIO()
        if isinstance(drawn, list):
            _save_gif(drawn, output)
        elif self.key.endswith(".jpg"):
            drawn.save(output, "JPEG", quality=90, subsampling=0)
        else:
            drawn.save(output, "PNG", compress_level=3)
        return output.getvalue()


#: In the order of upload: the gallery shows the last one first.
DRAWN = (
    Sample(
        "motion/orbit.gif",
        "One rotation",
        "A banded planet turns in front of the stars while its grey moon orbits it.",
        planet.orbit,
    ),
    Sample(
        "image.png",
        "Orange, lime and cherries",
        "An orange with a leaf, a lime and two cherries on a transparent background.",
        still_life.fruit,
        (440, 520),
    ),
    Sample(
        "coast/panorama.jpg",
        "Calm morning",
        "A calm sea in the morning: headlands on the left, the low sun reflected in the water.",
        seascape.panorama,
        (640, 440),
    ),
    Sample(
        "images/photo.png",
        "Northern lights",
        "Green and violet northern lights over snowy mountains, reflected in a lake.",
        landscapes.aurora,
        (560, 420),
    ),
    Sample(
        "photo.jpg",
        "Last light",
        "Sand dunes at dusk, with violet shadows and the sun on the horizon.",
        landscapes.dunes,
        (270, 540),
    ),
    Sample(
        "people/portrait.jpg",
        "Above the mist",
        "A person in a red coat stands on a rock and looks out over misty mountains.",
        portrait.wanderer,
        (500, 640),
    ),
)


PHOTOGRAPH = Sample(
    "people/astronaut.png",
    "An astronaut",
    "An astronaut in an orange suit smiles, in front of a flag and a model of the Space Shuttle.",
    astronaut.photograph,
)


def samples() -> tuple[Sample, ...]:
    """All that can be made here, in the order of upload."""
    *first, last = DRAWN
    return (*first, PHOTOGRAPH, last) if astronaut.path() else DRAWN


def _save_gif(frames: list[Image.Image], output: BytesIO) -> None:
    # One palette for all frames: a palette for each would make the colours flicker.
    palette = frames[0].quantize(256)
    first, *rest = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    first.save(output, "GIF", save_all=True, append_images=rest, duration=60, loop=0)
