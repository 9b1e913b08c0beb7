"""Each container is walked once, and EXIF parsed once, for each render: however many parts of the engine ask."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from edge.contract.recipe import make_recipe
from edge.image import render, verify
from edge.image.decode import exif, gif_blocks, isobmff, jpeg_markers, png_chunks, riff, tiff_directory
from edge.image.decode.registry import all_readers
from tests.edge.image.decode.test_opening import ANIMATIONS, STILLS
from tests.edge.image.metadata import SAID, stuffed
from tests.edge.image.pictures import POLICY

#: The one function that walks each container.
WALKERS: dict[str, Callable[..., Any]] = {
    "jpeg": jpeg_markers.walk,
    "png": png_chunks.walk,
    "webp": riff.walk,
    "avif": isobmff.walk,
    "gif": gif_blocks.walk,
    "tiff": tiff_directory.walk,
}
#: A BMP has no chunks: its header is read in place.
WITHOUT_CONTAINER = {"bmp"}
WITH_EXIF = {"jpeg", "png", "webp", "avif"}
#: Everything at once: a copyright to look for, a border to trim, a quality that depends on the original's.
RULES = replace(POLICY, copyright=True)
RECIPES = [{}, {"width": 20}, {"width": 20, "trim": 9}, {"width": 20, "height": 20, "gravity": "auto"}]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each walker is called, by whatever name a module of the engine has imported it."""
    counted: Counter[str] = Counter()
    for name, function in (*WALKERS.items(), ("exif", exif.parse_exif)):
        _replace_everywhere(monkeypatch, function, _counting(counted, name, function))
    return counted


def _counting(counted: Counter[str], name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def counting(*args: Any, **kwargs: Any) -> Any:
        counted[name] += 1
        return function(*args, **kwargs)

    return counting


def _replace_everywhere(monkeypatch: pytest.MonkeyPatch, function: object, other: object) -> None:
    for name, module in list(sys.modules.items()):
        if name.startswith("edge.image"):
            for attribute in [key for key, value in vars(module).items() if value is function]:
                monkeypatch.setattr(module, attribute, other)


def once(name: str) -> Counter[str]:
    kind = name.split()[0]
    return Counter([kind] if kind in WALKERS else []) + Counter(["exif"] if kind in WITH_EXIF else [])


def test_every_format_has_a_walker_or_no_container() -> None:
    assert {each.format.name for each in all_readers()} == {*WALKERS, *WITHOUT_CONTAINER}


@pytest.mark.parametrize("recipe", RECIPES, ids=str)
@pytest.mark.parametrize("name", STILLS)
def test_a_still_image_is_walked_once(name: str, recipe: dict[str, object], calls: Counter[str]) -> None:
    render(STILLS[name], make_recipe(recipe), "png", policy=RULES)
    assert calls == once(name)


@pytest.mark.parametrize("recipe", RECIPES, ids=str)
@pytest.mark.parametrize("name", ANIMATIONS)
def test_an_animation_is_walked_once(name: str, recipe: dict[str, object], calls: Counter[str]) -> None:
    assert render(ANIMATIONS[name], make_recipe(recipe), "gif", policy=RULES).format == "gif"
    assert calls == once(name)


@pytest.mark.parametrize("name", ["jpeg", "png", "webp", "avif", "tiff", "gif"])
def test_a_file_full_of_metadata_is_walked_once(name: str, calls: Counter[str]) -> None:
    render(stuffed(name, SAID), make_recipe({}), "jpeg", policy=RULES)
    assert calls == once(name)


@pytest.mark.parametrize("body", [*STILLS.items(), *ANIMATIONS.items()], ids=lambda item: item[0])
def test_an_upload_is_walked_once(body: tuple[str, bytes], calls: Counter[str]) -> None:
    verify(body[1], RULES)
    assert calls == once(body[0])


def test_a_second_walk_would_be_seen(calls: Counter[str]) -> None:
    riff.walk(STILLS["webp"])
    with pytest.raises(AssertionError):
        test_a_still_image_is_walked_once("webp", {}, calls)
