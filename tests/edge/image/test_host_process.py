"""The engine shares Pillow with its host: neither changes what the other does."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
from PIL import AvifImagePlugin, BmpImagePlugin, GifImagePlugin, Image, ImageFile, PngImagePlugin, TiffImagePlugin

from edge.contract.errors import SourceRefused
from tests.edge.image import encoders
from tests.edge.image.pictures import animation, noise, quarters, saved, variant

#: Run in an interpreter of its own: prints what is left of Pillow's settings after, and during, concurrent rendering.
SCRIPT = """
import copy, json, sys, threading, warnings
from concurrent.futures import ThreadPoolExecutor
from PIL import (AvifImagePlugin, BmpImagePlugin, ExifTags, GifImagePlugin, Image, ImageFile, JpegImagePlugin,
                 PngImagePlugin, TiffImagePlugin, TiffTags, WebPImagePlugin)
MODULES = (AvifImagePlugin, BmpImagePlugin, ExifTags, GifImagePlugin, Image, ImageFile, JpegImagePlugin,
           PngImagePlugin, TiffImagePlugin, TiffTags, WebPImagePlugin)
Image.init()

def snapshot():
    found = {"warnings": list(warnings.filters), "switch interval": sys.getswitchinterval()}
    for module in MODULES:
        for name, value in list(vars(module).items()):
            if not name.startswith("__"):
                found[module.__name__, name] = copy.copy(value) if isinstance(value, (dict, list, set)) else value
            if isinstance(value, type) and value.__module__ == module.__name__:
                found[module.__name__, name, "class"] = dict(vars(value))
    return found

def changes(before):
    after = snapshot()
    # A class gains nothing but Python's own notes of subclasses.
    return sorted(str(key) for key in before.keys() | after.keys()
                  if strip(before.get(key)) != strip(after.get(key)))

def strip(value):
    return {k: v for k, v in value.items() if k not in ("_abc_impl", "__dict__")} if isinstance(value, dict) else value

before = snapshot()
from tests.edge.image.test_host_process import originals
from tests.edge.image.pictures import variant
found = set(changes(before))
done = threading.Event()
def watch():
    while not done.is_set():
        found.update(changes(before))
watcher = threading.Thread(target=watch)
watcher.start()
with ThreadPoolExecutor(4) as threads:
    list(threads.map(lambda job: variant(job[0], job[1], width=40, trim=1), [
        (body, format_class) for body in originals().values() for format_class in ("basic", "webp", "gif", "avif")]))
done.set()
watcher.join()
found.update(changes(before))
print(json.dumps(sorted(found)))
"""


@cache
def originals() -> dict[str, bytes]:
    """One file of each format, and files of the kinds for which Pillow has a switch."""
    image = noise((160, 120)).resize((320, 240), Image.Resampling.BICUBIC)
    grey = [grey_row(y) for y in range(encoders.HEIGHT)]
    files = {name: saved(image, name) for name in ("jpeg", "png", "webp", "avif", "gif", "tiff", "bmp")}
    files |= {f"animated {name}": animation(name, [quarters(), noise((80, 60))]) for name in ("gif", "png", "webp")}
    files["white is zero"] = encoders.tiff([b"".join(grey)], ">", t258=16, t262=0)
    files["separate planes"] = encoders.tiff([b"".join(grey)] * 3, "<", t258=[16] * 3, t262=2, t277=3, t284=2)
    files["long profile"] = saved(image, "png", icc_profile=noise((500, 700)).tobytes())
    files["transparent"] = saved(noise((300, 200), "RGBA"), "png")
    files["32-bit BMP"] = saved(noise((30, 20), "RGBA"), "bmp")
    texts = (encoders.png_chunk(b"tEXt", b"Title\0" + bytes(20)), encoders.png_chunk(b"iTXt", b"Title\0\0\0\0\0text"))
    files["texts"] = encoders.png(2, 8, lambda x, y: (8 * x, 8 * y, 0), *texts)
    return files


def grey_row(y: int) -> bytes:
    return b"".join((2000 * x + 100 * y).to_bytes(2) for x in range(encoders.WIDTH))


def test_concurrent_rendering_changes_no_global_of_pillow() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False, timeout=120)
    assert done.stderr == ""
    assert json.loads(done.stdout) == []


RECIPES: list[dict[str, Any]] = [
    {},
    {"width": 60, "height": 60, "gravity": "auto"},
    {"width": 90, "rotate": 30, "trim": 5, "blur": 1},
]


def variants(files: Mapping[str, bytes]) -> dict[tuple[str, str, int], bytes]:
    return {
        (name, format_class, number): variant(body, format_class, **recipe).body
        for name, body in files.items()
        for number, recipe in enumerate(RECIPES)
        for format_class in ("basic", "webp")
    }


@pytest.fixture(scope="module")
def expected() -> dict[tuple[str, str, int], bytes]:
    return variants(originals())


@pytest.mark.parametrize(
    ("module", "name", "value"),
    [
        (Image, "MAX_IMAGE_PIXELS", 1),
        (Image, "MAX_IMAGE_PIXELS", None),
        (ImageFile, "LOAD_TRUNCATED_IMAGES", True),
        (PngImagePlugin, "MAX_TEXT_CHUNK", 10),
        (PngImagePlugin, "MAX_TEXT_MEMORY", 10),
        (TiffImagePlugin, "READ_LIBTIFF", True),
        (TiffImagePlugin, "OPEN_INFO", {}),
        (GifImagePlugin, "LOADING_STRATEGY", GifImagePlugin.LoadingStrategy.RGB_ALWAYS),
        (BmpImagePlugin, "USE_RAW_ALPHA", True),
        (AvifImagePlugin, "DECODE_CODEC_CHOICE", "aom"),
        (AvifImagePlugin, "DEFAULT_MAX_THREADS", 1),
    ],
)
def test_a_hosts_settings_change_no_variant(
    module: object,
    name: str,
    value: object,
    expected: dict[tuple[str, str, int], bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, name, value)
    assert variants(originals()) == expected


#: Run in an interpreter of its own: a host that sets all it can before it imports the engine.
STRICT_HOST = """
import pickle, sys, warnings
warnings.simplefilter("error")
from PIL import AvifImagePlugin, BmpImagePlugin, GifImagePlugin, Image, ImageFile, PngImagePlugin, TiffImagePlugin
Image.MAX_IMAGE_PIXELS = 1
ImageFile.LOAD_TRUNCATED_IMAGES = True
PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY = 10
TiffImagePlugin.READ_LIBTIFF = True
GifImagePlugin.LOADING_STRATEGY = GifImagePlugin.LoadingStrategy.RGB_ALWAYS
BmpImagePlugin.USE_RAW_ALPHA = True
AvifImagePlugin.DECODE_CODEC_CHOICE = "aom"
from tests.edge.image import test_host_process as tests
found = tests.variants(pickle.loads(sys.stdin.buffer.read()))
sys.stdout.buffer.write(pickle.dumps(found))
"""


def test_a_hosts_settings_before_the_import_change_no_variant(expected: dict[tuple[str, str, int], bytes]) -> None:
    command = [sys.executable, "-c", STRICT_HOST]
    done = subprocess.run(command, input=pickle.dumps(originals()), capture_output=True, check=False, timeout=120)
    assert done.stderr == b""
    assert pickle.loads(done.stdout) == expected  # noqa: S301 - written by the process above


@pytest.mark.parametrize("name", ["jpeg", "png", "webp", "avif", "gif", "tiff", "bmp"])
def test_a_truncated_file_is_refused_even_if_the_host_accepts_them(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    body = saved(noise((160, 120)), name)
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    with pytest.raises(SourceRefused, match="damaged"):
        variant(body[: len(body) * 2 // 3], "png")
