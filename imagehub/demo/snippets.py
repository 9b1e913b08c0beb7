"""Template code for one asset: complete enough to be pasted into a template, and what it renders."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from django.template import engines
from django.template.backends.django import Template
from django.utils.html import escape
from django.utils.safestring import SafeString

from assets.links import template_tag
from assets.models import Asset, Preset
from edge.contract.policy import load_policy
from edge.contract.recipe import Recipe, make_recipe
from edge.image.geometry import Size, lay_out

#: A full-width image on the page is at most so wide and so high, in CSS pixels.
MAX_WIDTH, MAX_HEIGHT = 1200, 560
#: The narrowest rung that a responsive image offers: a phone of 390 pixels shows 358.
MIN_RUNG = 400
_TAG = re.compile(r"({%.*?%}|{{.*?}})")


@dataclass(frozen=True, slots=True)
class Snippet:
    """Template code with one ``<img>``; ``width`` and ``height`` are the variant's, in pixels."""

    asset: Asset
    source: str
    width: int
    height: int

    def html(self) -> SafeString:
        """What `source` renders. Raises `NoSigningKey` if its size needs a signature and no key is configured."""
        return SafeString(_compile(self.source).render({"photo": self.asset}))

    def parts(self) -> Iterator[tuple[bool, str]]:
        """`source` in pieces, each with whether it is a template tag."""
        return ((_TAG.fullmatch(part) is not None, part) for part in _TAG.split(self.source) if part)


def one_width(asset: Asset, width: int) -> Snippet:
    """``width`` pixels wide; the height follows."""
    return _snippet(asset, str(width), make_recipe({"width": width}))


def with_preset(asset: Asset, preset: Preset) -> Snippet:
    """Through a preset, which crops around the focal point."""
    return _snippet(asset, f'preset="{preset.name}"', preset.recipe)


def centred(asset: Asset, preset: Preset) -> Snippet:
    """The size of a preset, cropped around the centre instead: such a URL needs a signature."""
    return cropped(asset, preset.width, preset.height, gravity="center")


def cropped(asset: Asset, width: int, height: int, **options: str | int) -> Snippet:
    """A crop with further options of the tag."""
    spelled = (f'{name}="{value}"' if isinstance(value, str) else f"{name}={value}" for name, value in options.items())
    recipe = make_recipe({"width": width, "height": height, **options})
    return _snippet(asset, " ".join([f"{width} height={height}", *spelled]), recipe)


def responsive(asset: Asset) -> Snippet:
    """As wide as the page allows, from the ladder's own rungs: the browser picks one for its window and screen."""
    ladder = load_policy().ladder
    room = min(MAX_WIDTH, asset.width, MAX_HEIGHT * asset.width // asset.height)
    width = max((rung for rung in ladder if rung <= room), default=ladder[0])
    rungs = [rung for rung in ladder if min(MIN_RUNG, width) <= rung <= min(2 * width, asset.width)]
    candidates = ",\n    ".join(f"{template_tag(asset.key, str(rung))} {rung}w" for rung in rungs)
    sizes = f"(min-width: {width + 32}px) {width}px, calc(100vw - 2rem)"
    extra = f'\n  srcset="\n    {candidates}"\n  sizes="{sizes}"' if len(rungs) > 1 else ""
    return _snippet(asset, str(width), make_recipe({"width": width}), extra, lazy=False)


def _snippet(asset: Asset, arguments: str, recipe: Recipe, extra: str = "", *, lazy: bool = True) -> Snippet:
    width, height = variant_size(asset, recipe)
    loading = ' loading="lazy"' if lazy else ""
    source = (
        f'{{% load imagehub %}}\n<img\n  src="{template_tag(asset.key, arguments)}"{extra}\n'
        f'  width="{width}" height="{height}"{loading}\n  alt="{_attribute(asset.alt)}">'
    )
    return Snippet(asset, source, width, height)


def variant_size(asset: Asset, recipe: Recipe) -> Size:
    """Width and height of what ``recipe`` makes of ``asset``, in pixels."""
    return lay_out((asset.width, asset.height), recipe, load_policy()).canvas


def _attribute(text: str) -> str:
    """``text`` for an HTML attribute within template code: braces are encoded, so no editor writes a template tag."""
    return escape(text).replace("{", "&#123;").replace("}", "&#125;")


@lru_cache(maxsize=256)
def _compile(source: str) -> Template:
    return cast("Template", engines["django"].from_string(source))
