"""The set of samples as a whole."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageStat

from imagehub.demo import samples as package
from imagehub.demo.samples import DRAWN, PHOTOGRAPH, Sample, astronaut, samples

#: Samples that render fast enough to be rendered twice.
_FAST = ("motion/orbit.gif", "image.png", "images/photo.png")


def test_the_keys_that_the_documentation_uses_have_samples() -> None:
    assert {"images/photo.png", "image.png", "photo.jpg"} <= {sample.key for sample in samples()}
    assert len(DRAWN) == 6


def test_the_photograph_is_a_sample_where_its_package_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [sample for sample in samples() if sample not in DRAWN] == [PHOTOGRAPH]
    assert samples()[-1] == DRAWN[-1], "the gallery opens with a large image"
    monkeypatch.setattr(astronaut, "path", lambda: None)
    assert samples() == DRAWN


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.key)
def test_each_file_has_the_format_of_its_key_and_each_sample_is_described(
    files: dict[str, bytes], sample: Sample
) -> None:
    with Image.open(BytesIO(files[sample.key])) as image:
        image.load()
        extension = {"JPEG": "jpg", "PNG": "png", "GIF": "gif"}[image.format or ""]
    assert sample.key.endswith(extension)
    assert sample.title
    assert sample.alt_text


def test_the_samples_differ_in_shape(files: dict[str, bytes]) -> None:
    ratios = []
    for body in files.values():
        with Image.open(BytesIO(body)) as image:
            ratios.append(round(image.width / image.height, 2))
    assert {1.5, 0.67, 1.0, 3.0} <= set(ratios)


@pytest.mark.parametrize("key", ["photo.jpg", "coast/panorama.jpg", "people/portrait.jpg", "images/photo.png"])
def test_scenes_have_contrast_and_detail(files: dict[str, bytes], key: str) -> None:
    with Image.open(BytesIO(files[key])) as image:
        grey = image.convert("L")
        assert ImageStat.Stat(grey).stddev[0] > 25
        assert len(image.convert("RGB").reduce(8).getcolors(1 << 20) or []) > 5000


@pytest.mark.parametrize("sample", [sample for sample in DRAWN if sample.key in _FAST], ids=lambda sample: sample.key)
def test_rendering_twice_gives_the_same_bytes(files: dict[str, bytes], sample: Sample) -> None:
    assert sample.render() == files[sample.key]


def test_no_module_uses_an_unseeded_random_number() -> None:
    for path in Path(package.__file__).parent.glob("*.py"):
        assert "effect_noise" not in path.read_text()
        assert "import random" not in path.read_text()
