"""Images whose pixels are made on demand, copies of parts, and written files."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO

import pytest
from PIL import Image

from edge.image.pillow_compat.exif import Exif
from edge.image.pillow_compat.images import DeferredImage, LazyImage, crop, written
from tests.edge.image.pictures import noise, quarters


def test_a_deferred_image_shows_the_pixels_that_it_is_given() -> None:
    class Changing(DeferredImage):
        calls = 0

        def pixels(self) -> Image.Image:
            self.calls += 1
            return Image.new("RGB", (2, 1), (self.calls, 0, 0))

    image = Changing("RGB", (2, 1))
    assert (image.mode, image.size, image.calls) == ("RGB", (2, 1), 0)
    assert [image.getpixel((0, 0)) for _ in range(2)] == [(1, 0, 0), (2, 0, 0)]
    assert image.resize((1, 1)).getpixel((0, 0)) == (3, 0, 0)
    assert isinstance(image.getexif(), Exif)


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_crop_copies_pixels(mode: str) -> None:
    image = noise((9, 7), mode)
    box = (2, 1, 8, 6)
    found = crop(image, box)
    assert (found.mode, found.size, found.tobytes()) == (mode, (6, 5), image.crop(box).tobytes())
    assert found.getpalette() == image.crop(box).getpalette()


def test_a_lazy_image_is_decoded_once() -> None:
    calls = []

    def decode() -> Image.Image:
        calls.append(1)
        return quarters()

    image = LazyImage("RGB", quarters().size, decode)
    assert calls == []
    assert image.tobytes() == quarters().tobytes()
    image.load()
    assert calls == [1]


@pytest.mark.parametrize("name", ["avif", "gif", "jpeg", "png", "webp"])
def test_an_image_is_written_in_the_format_that_is_named(name: str) -> None:
    with Image.open(BytesIO(written(quarters(), name, {}))) as found:
        assert (found.format, found.size) == (name.upper(), quarters().size)


def test_writing_imports_no_plugin_but_its_own() -> None:
    code = (
        "import sys; from PIL import Image; from edge.image.pillow_compat.images import written;"
        "before = set(sys.modules);"
        "written(Image.new('RGB', (9, 9)), 'webp', {'quality': 80});"
        "print(*(name for name in sys.modules if name.endswith('ImagePlugin') and name not in before))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert found.split() == ["PIL.WebPImagePlugin"]
