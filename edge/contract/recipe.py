"""Recipes: what to do with an original, as an immutable value with one canonical spelling, the *slug*."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from types import MappingProxyType

from edge.contract.errors import BadRequest

Point = tuple[int, int]

FITS = ("cover", "contain", "fill", "inside", "outside")
#: The compass as points, per mille. A point is where a cut is centred as far as the picture's edge allows.
COMPASS: Mapping[str, Point] = MappingProxyType(
    {
        "center": (500, 500),
        "north": (500, 0),
        "northeast": (1000, 0),
        "east": (1000, 500),
        "southeast": (1000, 1000),
        "south": (500, 1000),
        "southwest": (0, 1000),
        "west": (0, 500),
        "northwest": (0, 0),
    }
)
GRAVITIES = ("focal", *COMPASS, "auto")
WHITE = "ffffff"
PRESET_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?")

_DIGITS = re.compile(r"[0-9]{1,10}")
_COLOUR = re.compile(r"[0-9a-f]{6}(?:[0-9a-f]{2})?")
_FRACTION = re.compile(r"[0-9]{0,2}(?:\.[0-9]{1,6})?")
_DEGREES = re.compile(r"-?[0-9]{1,3}")
_REVISION = re.compile(r"[1-9][0-9]{0,8}")
_PER_MILLE = re.compile(r"([0-9]{1,4})-([0-9]{1,4})")


@dataclass(frozen=True, slots=True)
class Recipe:
    """Sizes in pixels, gravity points in per mille of width and height, rotation in degrees clockwise.

    Make one with `make`, which canonicalises.
    """

    width: int = 0
    height: int = 0
    fit: str = ""
    gravity: str | Point = "focal"
    quality: int = 0
    up: bool = False
    bg: str = WHITE
    rotate: int = 0
    flip: bool = False
    flop: bool = False
    blur: int = 0
    sharpen: int = 0
    grayscale: bool = False
    trim: int = 0

    @property
    def slug(self) -> str:
        """The canonical spelling: ``w300_h300_fcover``; ``full`` for the empty recipe."""
        return _spell_slug(self)


@dataclass(frozen=True, slots=True)
class PresetRef:
    """A recipe that editors keep under a name. Without a ``revision`` it means the current one."""

    name: str
    revision: int | None = None

    @property
    def slug(self) -> str:
        return f"p.{self}"

    def __str__(self) -> str:
        return self.name if self.revision is None else f"{self.name}.{self.revision}"


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter: how a URL says it and how a slug does."""

    name: str
    short: str
    prefix: str
    parse: Callable[[str], object]
    allowed: str
    spell: Callable[[object], str] = str

    def read(self, parameter: str, text: str) -> object:
        """The value that a URL's ``text`` means; `BadRequest` names ``parameter``, the text and what is allowed."""
        try:
            return self.parse(text)
        except ValueError:
            raise BadRequest.parameter(parameter, text, self.allowed) from None

    def token(self, value: object) -> str:
        """This field's part of a slug, or ``""`` where it stands at its default."""
        if value == _DEFAULTS[self.name]:
            return ""
        return self.prefix if value is True else f"{self.prefix}{self.spell(value)}"


def _integer(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not _DIGITS.fullmatch(text) or not low <= int(text) <= high:
            raise ValueError(text)
        return int(text)

    return parse


def _among(values: Mapping[str, object]) -> Callable[[str], object]:
    def parse(text: str) -> object:
        if text not in values:
            raise ValueError(text)
        return values[text]

    return parse


def _gravity(text: str) -> str | Point:
    if text in GRAVITIES:
        return text
    x, y = text.split(",")
    return _per_mille(x), _per_mille(y)


def _per_mille(text: str) -> int:
    if not text or not _FRACTION.fullmatch(text) or not 0 <= float(text) <= 1:
        raise ValueError(text)
    return int(float(text) * 1000 + 0.5)


def _spell_gravity(value: object) -> str:
    return f"{value[0]}-{value[1]}" if isinstance(value, tuple) else str(value)


def _colour(text: str) -> str:
    text = text.lower()
    if not _COLOUR.fullmatch(text):
        raise ValueError(text)
    return text[:6] if text.endswith("ff") and len(text) == 8 else text


def _degrees(text: str) -> int:
    if not _DEGREES.fullmatch(text) or abs(int(text)) > 360:
        raise ValueError(text)
    return int(text) % 360


#: A side that may be asked for; what may be *had* is the policy's business.
_SIDE = _integer(0, 9_999_999_999)
_FIT = _among({fit: fit for fit in FITS})
_FLAG = _among({"0": False, "1": True})

#: Every parameter that shapes the picture, in the order of the slug's tokens.
FIELDS = (
    Field("width", "w", "w", _SIDE, "a width in pixels, decimal digits; 0 leaves that side free"),
    Field("height", "h", "h", _SIDE, "a height in pixels, decimal digits; 0 leaves that side free"),
    Field("fit", "fit", "f", _FIT, f"one of {' '.join(FITS)}"),
    Field("gravity", "g", "g", _gravity, f"one of {' '.join(GRAVITIES)}, or a point such as 0.31,0.42", _spell_gravity),
    Field("quality", "q", "q", _integer(1, 100), "a number from 1 to 100"),
    Field("up", "up", "up", _FLAG, "0 or 1"),
    Field("bg", "bg", "bg", _colour, "a colour as rrggbb or rrggbbaa, in hexadecimal"),
    Field("rotate", "rotate", "rot", _degrees, "whole degrees clockwise, from -360 to 360"),
    Field("flip", "flip", "flip", _FLAG, "0 or 1"),
    Field("flop", "flop", "flop", _FLAG, "0 or 1"),
    Field("blur", "blur", "blur", _integer(0, 100), "a radius from 0 to 100"),
    Field("sharpen", "sharpen", "sharpen", _integer(0, 10), "a radius from 0 to 10"),
    Field("grayscale", "grayscale", "gray", _FLAG, "0 or 1"),
    Field("trim", "trim", "trim", _integer(0, 255), "a threshold from 0 to 255"),
)
_DEFAULTS = {field.name: field.default for field in fields(Recipe)}
_WINDS: Mapping[str | Point, str] = {point: name for name, point in COMPASS.items()}


@lru_cache(maxsize=1024)
def _spell_slug(recipe: Recipe) -> str:
    return "_".join(token for field in FIELDS if (token := field.token(getattr(recipe, field.name)))) or "full"


def make(options: Mapping[str, object], default_quality: int = 0) -> Recipe:
    """The canonical recipe for ``options`` (field name to parsed value): what says nothing is left out.

    Two recipes that would make the same picture of every original are equal wherever that can be told from
    the options alone.
    """
    values = {**_DEFAULTS, **options}
    if values["quality"] == default_quality:
        values["quality"] = 0
    both_sides = values["width"] and values["height"]
    values["fit"] = (values["fit"] or "cover") if both_sides else ""
    placed = values["fit"] == "contain" and values["gravity"] in COMPASS and values["gravity"] != "center"
    if not (values["fit"] == "cover" or placed):
        values["gravity"] = "focal"  # nothing is cut off, or it lies where it would anyway
    values["up"] = values["up"] and bool(values["width"] or values["height"])
    return _pointed_one_way(_turned_one_way(Recipe(**values)))  # type: ignore[arg-type]


def _pointed_one_way(recipe: Recipe) -> Recipe:
    """A point that is one of the compass's is called so, unless the compass is of another picture than the point is:
    that which rotating, flipping and trimming leave."""
    wind = _WINDS.get(recipe.gravity)
    if wind is None or recipe.rotate or recipe.flip or recipe.flop or recipe.trim:
        return recipe
    return replace(recipe, gravity=wind)


def _turned_one_way(recipe: Recipe) -> Recipe:
    """Both mirrors are half a turn, and half a turn makes one mirror the other: one spelling for each."""
    if recipe.flip and recipe.flop:
        recipe = replace(recipe, rotate=(recipe.rotate + 180) % 360, flip=False, flop=False)
    if (recipe.flip or recipe.flop) and recipe.rotate >= 180:
        recipe = replace(recipe, rotate=recipe.rotate - 180, flip=recipe.flop, flop=recipe.flip)
    return recipe


def parse_slug(slug: str) -> Recipe | PresetRef:
    """What ``slug`` spells. Only the canonical spelling is taken; anything else is a `BadRequest`."""
    if slug.startswith("p."):
        return parse_preset(slug[2:])
    recipe = make(_parse_tokens(slug)) if slug != "full" else Recipe()
    if recipe.slug != slug:
        raise BadRequest("path_invalid", "The recipe is not spelled canonically.")
    return recipe


def _parse_tokens(slug: str) -> dict[str, object]:
    options: dict[str, object] = {}
    remaining = iter(FIELDS)
    for token in slug.split("_"):
        for field in remaining:
            value = _parse_token(field, token)
            if value is not None:
                options[field.name] = value
                break
        else:
            raise BadRequest("path_invalid", "The recipe holds a token that is not understood.")
    return options


def _parse_token(field: Field, token: str) -> object | None:
    if not token.startswith(field.prefix):
        return None
    text = token[len(field.prefix) :]
    if not text:
        return True if _DEFAULTS[field.name] is False else None
    try:
        if field.name == "gravity" and (point := _PER_MILLE.fullmatch(text)):
            x, y = int(point[1]), int(point[2])
            return (x, y) if max(x, y) <= 1000 else None
        return field.parse(text)
    except ValueError:
        return None


def parse_preset(text: str, parameter: str = "p") -> PresetRef:
    """A preset from ``card`` or ``card.3``; `BadRequest` names ``parameter``."""
    name, dot, revision = text.partition(".")
    if not PRESET_NAME.fullmatch(name) or (dot and not _REVISION.fullmatch(revision)):
        raise BadRequest.parameter(parameter, text, "a preset's name in a-z 0-9 and -, or name.revision")
    return PresetRef(name, int(revision) if dot else None)
