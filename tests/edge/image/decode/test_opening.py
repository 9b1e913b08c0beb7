"""Files of every format, opened and verified."""

from __future__ import annotations

import pytest
from PIL import Image

from edge.contract.errors import SourceRefused
from edge.image import Source, verify
from tests.edge.image.decode.support import refusal
from tests.edge.image.pictures import POLICY, animation, inspect, noise, quarters, saved, variant

STILLS = {
    "jpeg": saved(noise((40, 30)), "JPEG"),
    "jpeg progressive": saved(noise((40, 30)), "JPEG", progressive=True),
    "png": saved(noise((40, 30)), "PNG"),
    "webp": saved(noise((40, 30)), "WEBP"),
    "webp lossless": saved(noise((40, 30)), "WEBP", lossless=True),
    "avif": saved(noise((40, 30)), "AVIF"),
    "gif": saved(noise((40, 30)), "GIF"),
    "tiff": saved(noise((40, 30)), "TIFF"),
    "bmp": saved(noise((40, 30)), "BMP"),
}


FRAMES = [noise((40, 30), seed=seed) for seed in range(3)]


ANIMATIONS = {name: animation(name, FRAMES, duration=100) for name in ("gif", "webp", "png", "avif")}


@pytest.mark.parametrize("name", STILLS)
def test_a_still_image_is_described_before_it_is_decoded(name: str) -> None:
    assert inspect(STILLS[name], POLICY) == verify(STILLS[name], POLICY) == Source(name.split()[0], 40, 30, 1)


@pytest.mark.parametrize("name", ANIMATIONS)
def test_frames_are_counted(name: str) -> None:
    assert inspect(ANIMATIONS[name], POLICY) == verify(ANIMATIONS[name], POLICY) == Source(name, 40, 30, 3)


@pytest.mark.parametrize(
    ("mode", "name", "kept_in"),
    [
        ("RGBA", "png", "png"),
        ("LA", "png", "png"),
        ("RGB", "png", "jpeg"),
        ("RGBA", "webp", "png"),
        ("RGBA", "avif", "png"),
        ("RGBA", "tiff", "png"),
    ],
)
def test_transparency_is_recognised(mode: str, name: str, kept_in: str) -> None:
    assert variant(saved(noise((60, 40), mode), name), "basic").format == kept_in


def test_a_palette_with_a_transparent_entry_is_transparent() -> None:
    image = quarters().quantize(4)
    assert variant(saved(image, "png", transparency=0), "basic").format == "png"


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["jpeg", "png", "webp", "avif", "tiff"])
def test_width_and_height_are_those_of_the_upright_image(name: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[274] = orientation
    source = inspect(saved(quarters((80, 60)), name, exif=exif), POLICY)
    assert (source.width, source.height) == ((60, 80) if orientation > 4 else (80, 60))


@pytest.mark.parametrize("name", [*STILLS, *(f"animated {name}" for name in ANIMATIONS)])
def test_a_file_that_is_cut_off_is_refused(name: str) -> None:
    body = ANIMATIONS[name.removeprefix("animated ")] if name.startswith("animated") else STILLS[name]
    checksums = 24  # at the end, without which no pixel is missing
    for length in range(1, len(body) - checksums, max(1, len(body) // 40)):
        with pytest.raises(SourceRefused) as caught:
            verify(body[:length], POLICY)
        assert caught.value.code == ("source_damaged" if length > 16 else caught.value.code)


@pytest.mark.parametrize("name", STILLS)
def test_a_damaged_file_is_an_image_or_refused(name: str) -> None:
    body = STILLS[name]
    for position in range(0, len(body), max(1, len(body) // 100)):
        damaged = body[:position] + bytes([body[position] ^ 0xA5]) + body[position + 1 :]
        try:
            assert variant(damaged, "jpeg", width=10).format == "jpeg"
        except SourceRefused as error:
            assert error.message.endswith(".")


def test_damage_to_the_header_is_named() -> None:
    error = refusal(STILLS["tiff"][:4] + bytes(200))
    assert (error.code, error.message) == (
        "source_damaged",
        "The TIFF file has a damaged header. Export or download it again.",
    )


def test_damage_to_the_pixels_is_named() -> None:
    error = refusal(STILLS["png"][:-100])
    assert (error.code, error.message) == (
        "source_damaged",
        "The PNG file is damaged or incomplete. Export or download it again.",
    )
