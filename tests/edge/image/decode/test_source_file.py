"""What every format has in common, seen through files of several."""

from __future__ import annotations

import pytest
from PIL import Image

from edge.contract.errors import SourceRefused
from edge.image.decode.opening import open_source
from edge.image.decode.source_file import SourceFile, embedded_profile
from tests.edge.image.decode.support import parsed
from tests.edge.image.decode.test_opening import ANIMATIONS, STILLS
from tests.edge.image.pictures import POLICY, noise, quarters, saved


def test_the_size_is_that_of_the_stored_pixels() -> None:
    exif = Image.Exif()
    exif[274] = 6
    file = parsed(saved(quarters((80, 60)), "jpeg", exif=exif))
    assert (file.size, file.source.width, file.source.height) == ((80, 60), 60, 80)


@pytest.mark.parametrize("name", STILLS)
def test_a_still_image_is_decoded_in_a_mode_that_can_be_resized(name: str) -> None:
    with open_source(STILLS[name], POLICY) as file:
        pixels, reduced = file.load((0, 0, 40, 30), (40, 30))
    assert (pixels.mode, pixels.size, reduced) == ("RGB", (40, 30), 1)


@pytest.mark.parametrize("name", [*STILLS, *ANIMATIONS])
def test_a_file_is_a_frozen_value(name: str) -> None:
    file = parsed(STILLS.get(name) or ANIMATIONS[name])
    with pytest.raises(AttributeError):
        file.frames = 7  # type: ignore[misc]


def test_whatever_a_decoder_raises_is_damage() -> None:
    with pytest.raises(SourceRefused) as caught, parsed(STILLS["png"]).reading():
        raise ZeroDivisionError
    assert caught.value.message == "The PNG file is damaged or incomplete. Export or download it again."


@pytest.mark.parametrize("error", [SourceRefused.too_large("."), MemoryError()])
def test_refusals_and_a_lack_of_memory_are_not_damage(error: Exception) -> None:
    with pytest.raises(type(error)), SourceFile.reading():
        raise error


@pytest.mark.parametrize("profile", [None, b"", "text"])
def test_without_bytes_there_is_no_profile(profile: object) -> None:
    image = noise((9, 7))
    image.info["icc_profile"] = profile
    assert embedded_profile(image) is None
