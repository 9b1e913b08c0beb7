"""Images for tests, made in memory, and helpers to examine results."""

from __future__ import annotations

import random
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from PIL import Image

from edge.contract import policy
from edge.contract.recipe import make_recipe
from edge.contract.values import Face, Point
from edge.image import Rendered, Source, render
from edge.image.decode.opening import open_source

POLICY = policy.Policy.parse(policy.BAKED.read_text())
RED, GREEN, BLUE, WHITE = (220, 20, 20), (20, 200, 20), (20, 20, 220), (255, 255, 255)


def quarters(size: tuple[int, int] = (80, 60)) -> Image.Image:
    """Red and green above blue and white, so that every orientation looks different."""
    small = Image.new("RGB", (2, 2))
    small.putdata([RED, GREEN, BLUE, WHITE])
    return small.resize(size, Image.Resampling.NEAREST)


def stripes(colours: list[tuple[int, ...]], size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    """Equal vertical stripes, from left to right."""
    small = Image.new(mode, (len(colours), 1))
    for x, colour in enumerate(colours):
        small.putpixel((x, 0), colour)
    return small.resize(size, Image.Resampling.NEAREST)


def noise(size: tuple[int, int], mode: str = "RGB", seed: int = 1) -> Image.Image:
    length = len(Image.new(mode, size).tobytes())
    return Image.frombytes(mode, size, random.Random(seed).randbytes(length))  # noqa: S311 - an image, not a secret


def photograph(mode: str = "RGB", side: int = 384) -> Image.Image:
    """Detail at every scale, as in a photograph. In RGBA its alpha is a gradient."""
    if mode == "RGBA":
        picture = photograph(side=side)
        picture.putalpha(Image.linear_gradient("L").resize(picture.size))
        return picture
    sides = (side // 96, side // 24, side // 6, side)
    scales = [noise((size, size), mode, size).resize((side, side), Image.Resampling.BICUBIC) for size in sides]
    picture = scales[0]
    for finer, share in zip(scales[1:], (0.4, 0.25, 0.1), strict=True):
        picture = Image.blend(picture, finer, share)
    return picture


def saved(image: Image.Image, name: str, **options: Any) -> bytes:
    output = BytesIO()
    image.save(output, name, **options)
    return output.getvalue()


def animation(name: str, frames: list[Image.Image], **options: Any) -> bytes:
    return saved(frames[0], name, save_all=True, append_images=frames[1:], **options)


def inspect(body: bytes, rules: policy.Policy) -> Source:
    """What is known of a file before any pixel is decoded."""
    with open_source(body, rules) as file:
        return file.source


def variant(
    body: bytes,
    format_class: str = "png",
    focal: Point | None = None,
    faces: Sequence[Face] = (),
    blurred: bool = False,
    **options: object,
) -> Rendered:
    recipe = make_recipe(options)
    return render(body, recipe, format_class, focal=focal, faces=faces, blurred=blurred, policy=POLICY)


def opened(rendered: Rendered) -> Image.Image:
    image = Image.open(BytesIO(rendered.body))
    assert image.size == (rendered.width, rendered.height)
    return image


def decoded(body: bytes, format_class: str = "png", focal: Point | None = None, **options: Any) -> Image.Image:
    """The variant, decoded; RGB if it is a PNG with a palette."""
    image = opened(variant(body, format_class, focal, **options))
    return image.convert("RGB") if image.mode == "P" and format_class == "png" else image


def pixel(image: Image.Image, x: float, y: float, mode: str = "RGB") -> tuple[int, ...]:
    """The colour at a position given as fractions of width and height."""
    value = image.convert(mode).getpixel((int(x * image.width), int(y * image.height)))
    assert isinstance(value, tuple)
    return value


def near(colour: tuple[int, ...], wanted: tuple[int, ...], by: int = 6) -> bool:
    return all(abs(a - b) <= by for a, b in zip(colour, wanted, strict=True))


def corners(image: Image.Image) -> list[str]:
    """The names of the colours of the four quarters, in reading order."""
    names = {"red": RED, "green": GREEN, "blue": BLUE, "white": WHITE}
    found = [pixel(image, x, y) for y in (0.25, 0.75) for x in (0.25, 0.75)]
    return [next((name for name, wanted in names.items() if near(at, wanted, 30)), str(at)) for at in found]


def plasma(size: tuple[int, int] = (96, 64)) -> Image.Image:
    """Noise that is different in every test run."""
    bands = [Image.effect_noise(size, sigma).resize(size) for sigma in (20, 40, 60)]
    return Image.merge("RGB", bands)
