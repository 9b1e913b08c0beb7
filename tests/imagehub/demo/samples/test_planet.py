"""The animated planet."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from imagehub.demo.samples.planet import FRAMES


def test_the_animation_loops_and_its_frames_differ(files: dict[str, bytes]) -> None:
    with Image.open(BytesIO(files["motion/orbit.gif"])) as image:
        assert getattr(image, "n_frames", 1) == FRAMES == 32
        assert image.info["loop"] == 0
        first = image.convert("RGB")
        image.seek(16)
        assert image.convert("RGB").tobytes() != first.tobytes()
