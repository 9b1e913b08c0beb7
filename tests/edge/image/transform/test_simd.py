"""cykooz.resizer is used only with a version of Pillow that it was tested with; otherwise Pillow resizes."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import PIL
import pytest
from PIL import Image, ImageChops

from edge.image.transform import resize, simd
from tests.edge.image.pictures import noise, saved

SITE = Path(PIL.__file__).parents[1]
#: What the engine imports besides the standard library and cykooz.resizer.
PILLOW = ("PIL", "pillow.libs")
SCRIPT = """
import sys
{before}
from PIL import Image
from edge.image.transform import resize
image = Image.open(sys.argv[1])
resize.lanczos(image, (23, 31), (1.5, 0.25, 60.0, 40.5)).save(sys.argv[2])
resize.lanczos(image, (9, 9), (0, 0, *image.size))
print("cykooz_resizer" in sys.modules)
"""


def packages(folder: Path, metadata: str = "") -> Path:
    """A folder of installed packages: Pillow's, and cykooz.resizer's if the version in its ``metadata`` is given."""
    folder.mkdir()
    for name in PILLOW:
        (folder / name).symlink_to(SITE / name)
    if metadata:
        (folder / "cykooz_resizer").symlink_to(SITE / "cykooz_resizer")
        (folder / f"cykooz_resizer-{metadata}.dist-info").mkdir()
        (folder / f"cykooz_resizer-{metadata}.dist-info" / "METADATA").write_text(
            f"Metadata-Version: 2.4\nName: cykooz.resizer\nVersion: {metadata}\n"
        )
    return folder


def resized(folder: Path, image: Image.Image, before: str = "") -> tuple[Image.Image, bool, str]:
    """``image`` resized in a process that has only the packages in ``folder``; whether that used cykooz.resizer; and
    its log."""
    source, target = folder / "source.png", folder / "target.png"
    source.write_bytes(saved(image, "png"))
    paths = f"sys.path[:0] = [{str(Path.cwd())!r}, {str(folder)!r}]\n{before}"
    command = [sys.executable, "-I", "-S", "-c", SCRIPT.format(before=paths), str(source), str(target)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    with Image.open(target) as result:
        result.load()
    return result, done.stdout == "True\n", done.stderr


def off_by(one: Image.Image, other: Image.Image) -> int:
    assert (one.mode, one.size) == (other.mode, other.size)
    bands = zip(one.split(), other.split(), strict=True)
    return max(ImageChops.difference(*pair).getextrema()[1] for pair in bands)  # type: ignore[return-value]


@pytest.fixture
def image() -> Image.Image:
    return noise((61, 41)).point([96 + value // 4 for value in range(256)] * 3)


@pytest.fixture
def expected(image: Image.Image) -> Image.Image:
    return resize.lanczos(image, (23, 31), (1.5, 0.25, 60.0, 40.5))


def test_the_installed_versions_are_a_tested_pair() -> None:
    assert (PIL.__version__, version("cykooz.resizer")) in simd.TESTED_VERSIONS


def test_a_tested_pair_is_used(tmp_path: Path, image: Image.Image, expected: Image.Image) -> None:
    result, used, log = resized(packages(tmp_path / "site", version("cykooz.resizer")), image)
    assert (used, log) == (True, "")
    assert result.tobytes() == expected.tobytes()


def test_without_cykooz_resizer_pillow_resizes(tmp_path: Path, image: Image.Image, expected: Image.Image) -> None:
    result, used, log = resized(packages(tmp_path / "site"), image)
    assert off_by(result, expected) <= 2
    assert not used
    assert log.splitlines() == [
        "cykooz.resizer is not installed. Resizing with Pillow, which takes five to ten times as long."
    ]


def test_with_an_untested_version_pillow_resizes(tmp_path: Path, image: Image.Image, expected: Image.Image) -> None:
    result, used, log = resized(packages(tmp_path / "site", "4.99.0"), image)
    assert off_by(result, expected) <= 2
    assert not used
    assert log.splitlines() == [
        f"cykooz.resizer 4.99.0 was not tested with Pillow {PIL.__version__}. Resizing with Pillow, which takes five "
        "to ten times as long. Tested pairs of Pillow and cykooz.resizer: 13.0.0 and 4.0.1."
    ]


def test_with_another_pillow_it_resizes_itself(tmp_path: Path, image: Image.Image, expected: Image.Image) -> None:
    folder = packages(tmp_path / "site", version("cykooz.resizer"))
    result, used, log = resized(folder, image, "import PIL, PIL.Image; PIL.__version__ = '13.99.0'")
    assert off_by(result, expected) <= 2
    assert not used
    assert "was not tested with Pillow 13.99.0" in log


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "CMYK", "YCbCr"])
def test_every_mode_is_resized_by_pillow_alone(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    image = noise((61, 41), mode)
    # Between 96 and 159, so that nothing is clipped: what is depends on which axis is filtered first.
    image = image.point([96 + value // 4 for value in range(256)] * len(image.getbands()))
    size, box = (23, 31), (1.5, 0.25, 61.000000000000004, 40.5)
    expected = resize.lanczos(image, size, box)
    monkeypatch.setattr(resize, "_resize_simd", None)
    found = resize.lanczos(image, size, box)
    # Colours with little alpha are rounded more coarsely, which nobody sees: premultiplied, they are close.
    comparable = {"LA": "La", "RGBA": "RGBa"}.get(mode, mode)
    assert off_by(found.convert(comparable), expected.convert(comparable)) <= 2
