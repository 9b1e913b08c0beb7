"""Recipes: what to do with an original, as an immutable value with one canonical spelling, the *slug*."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache

from edge.contract import values
from edge.contract.errors import BadRequest
from edge.contract.values import COMPASS, DIRECTIONS, FACES, FITS, GRAVITIES, WHITE, Point

#: What a preset parameter must be, in the words of an error message.
PRESET_ALLOWED = "the name of a preset, in a-z 0-9 and -, or name.revision"
PRESET_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?")
REVISION = re.compile(r"[1-9][0-9]{0,8}")
#: More faces of an original are not remembered: docs/crop.md.
MAX_FACES = 32


@dataclass(frozen=True, slots=True)
class Recipe:
    """Sizes in pixels, gravity points per mille of width and height, rotation in degrees clockwise.

    ``face`` counts faces from the largest, 1; ``pad`` is the margin around them, in percent of their size.

    Use `make_recipe`, which returns the canonical recipe. A new attribute also needs a line in `FIELDS`.
    """

    width: int = 0
    height: int = 0
    fit: str = ""
    gravity: str | Point = "focal"
    face: int = 1
    pad: int | None = None
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
    """The name of a recipe that editors manage. Without a ``revision`` it means the current one."""

    name: str
    revision: int | None = None

    @property
    def slug(self) -> str:
        """``p.card`` or ``p.card.3``."""
        return f"p.{self}"

    def __str__(self) -> str:
        return self.name if self.revision is None else f"{self.name}.{self.revision}"


RecipeOrPreset = Recipe | PresetRef


@dataclass(frozen=True, slots=True)
class Field:
    """One attribute of a recipe: its name in URLs (``short``; ``name`` is accepted too) and its prefix in slugs.

    ``allowed`` completes "takes …" in error messages, and is the text in the table of docs/urls.md.
    """

    name: str
    short: str
    prefix: str
    parse: Callable[[str], object]
    allowed: str
    spell: Callable[[object], str] = str

    def read(self, parameter: str, text: str) -> object:
        """The value that ``text`` spells. Raises `BadRequest`, which names ``parameter`` and the allowed values."""
        try:
            return self.parse(text)
        except ValueError:
            raise BadRequest.parameter(parameter, text, self.allowed) from None

    def token(self, value: object) -> str:
        """This attribute's part of a slug; ``""`` for the default."""
        if value == DEFAULTS[self.name]:
            return ""
        return self.prefix if value is True else f"{self.prefix}{self.spell(value)}"


def _spell_gravity(value: object) -> str:
    return f"{value[0]}-{value[1]}" if isinstance(value, tuple) else str(value)


#: All attributes of a recipe, in the order of the slug's tokens.
FIELDS = (
    Field("width", "w", "w", values.side, "a width in pixels, in decimal digits; 0 leaves that side free"),
    Field("height", "h", "h", values.side, "a height in pixels, in decimal digits; 0 leaves that side free"),
    Field("fit", "fit", "f", values.fit, f"one of {' '.join(FITS)}"),
    Field(
        "gravity",
        "g",
        "g",
        values.gravity,
        f"one of {' '.join(GRAVITIES)}, or a point such as 0.31,0.42",
        _spell_gravity,
    ),
    Field("face", "face", "face", values.Integer(1, MAX_FACES), f"a number from 1, the largest face, to {MAX_FACES}"),
    Field("pad", "pad", "pad", values.Integer(0, 500), "a number from 0 to 500"),
    Field("quality", "q", "q", values.Integer(1, 100), "a number from 1 to 100"),
    Field("up", "up", "up", values.flag, "0 or 1"),
    Field("bg", "bg", "bg", values.colour, "a colour as rrggbb or rrggbbaa, in hexadecimal"),
    Field("rotate", "rotate", "rot", values.degrees, "whole degrees clockwise, from -360 to 360"),
    Field("flip", "flip", "flip", values.flag, "0 or 1"),
    Field("flop", "flop", "flop", values.flag, "0 or 1"),
    Field("blur", "blur", "blur", values.Integer(0, 100), "a radius from 0 to 100"),
    Field("sharpen", "sharpen", "sharpen", values.Integer(0, 10), "a radius from 0 to 10"),
    Field("grayscale", "grayscale", "gray", values.flag, "0 or 1"),
    Field("trim", "trim", "trim", values.Integer(0, 255), "a threshold from 0 to 255"),
)
DEFAULTS: Mapping[str, object] = {field.name: field.default for field in fields(Recipe)}


@lru_cache(maxsize=1024)
def _spell_slug(recipe: Recipe) -> str:
    return "_".join(token for field in FIELDS if (token := field.token(getattr(recipe, field.name)))) or "full"


def make_recipe(options: Mapping[str, object], default_quality: int = 0) -> Recipe:
    """The canonical recipe for ``options`` (attribute name to parsed value); options without effect are left out.

    Two recipes that make the same image of every original are equal if that follows from the options alone.
    """
    chosen = {**DEFAULTS, **options}
    if chosen["quality"] == default_quality:
        chosen["quality"] = 0
    both_sides = chosen["width"] and chosen["height"]
    chosen["fit"] = (chosen["fit"] or "cover") if both_sides else ""
    off_centre = chosen["fit"] == "contain" and chosen["gravity"] in COMPASS and chosen["gravity"] != "center"
    if not (chosen["fit"] == "cover" or off_centre):
        chosen["gravity"] = "focal"  # nothing is cropped, and the image is centred anyway
    if chosen["gravity"] not in FACES:
        chosen["pad"] = None
    if chosen["gravity"] != "face":
        chosen["face"] = DEFAULTS["face"]
    chosen["up"] = chosen["up"] and bool(chosen["width"] or chosen["height"])
    return _name_direction(_simplify_orientation(Recipe(**chosen)))  # type: ignore[arg-type]


def _name_direction(recipe: Recipe) -> Recipe:
    """Spell a point that is a compass direction by its name.

    Not with rotate, flip, flop or trim: points refer to the image before them, directions to the image after them.
    """
    direction = DIRECTIONS.get(recipe.gravity)
    if direction is None or recipe.rotate or recipe.flip or recipe.flop or recipe.trim:
        return recipe
    return replace(recipe, gravity=direction)


def _simplify_orientation(recipe: Recipe) -> Recipe:
    """One spelling for each orientation: flip and flop together are half a turn, and half a turn swaps the two."""
    if recipe.flip and recipe.flop:
        recipe = replace(recipe, rotate=(recipe.rotate + 180) % 360, flip=False, flop=False)
    if (recipe.flip or recipe.flop) and recipe.rotate >= 180:
        recipe = replace(recipe, rotate=recipe.rotate - 180, flip=recipe.flop, flop=recipe.flip)
    return recipe


def parse_preset(text: str, parameter: str = "p") -> PresetRef:
    """A preset from ``card`` or ``card.3``. Raises `BadRequest`, which names ``parameter``."""
    name, dot, revision = text.partition(".")
    if not PRESET_NAME.fullmatch(name) or (dot and not REVISION.fullmatch(revision)):
        raise BadRequest.parameter(parameter, text, PRESET_ALLOWED)
    return PresetRef(name, int(revision) if dot else None)
