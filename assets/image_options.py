"""The options of `img_url`: from what templates pass to a recipe, a preset and a format."""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from typing import Protocol

from assets import preset_revisions, preset_uses
from assets.preset_revisions import PresetGone
from edge.contract.errors import BadRequest, shortened
from edge.contract.negotiation import FORMATS
from edge.contract.recipe import FIELDS, PresetRef, Recipe, make_recipe

OPTIONS = ("height", "fit", "gravity", "face", "pad", "format", "quality", "preset")
_FIELDS = {field.name: field for field in FIELDS}


class ImageOptionError(ValueError):
    """An option that `img_url` does not have, or a value that is not valid. The message lists the valid ones."""


class PresetMissing(ImageOptionError):
    """A preset that an editor has deleted, or that never was. ``recipe`` is the one to show instead."""

    def __init__(self, message: str, name: str, recipe: Recipe) -> None:
        super().__init__(message)
        self.name = name
        self.recipe = recipe


class PresetLike(Protocol):
    """What `img_url` reads of a preset."""

    @property
    def name(self) -> str: ...
    @property
    def revision(self) -> int: ...


def unknown_option(name: str) -> ImageOptionError:
    """The error for an option that `img_url` does not have."""
    hint = " Write the width directly after the photo, without a name." if name == "width" else ""
    return ImageOptionError(f"img_url has no option {name}. It has {' '.join(OPTIONS)}.{hint}")


def parse_recipe(default_quality: int, **given: object) -> Recipe:
    """The recipe of the options in ``given``, each None or empty if not given. Raises `ImageOptionError`."""
    try:
        return _parse_recipe(default_quality, **given)
    except TypeError:  # a list or a dictionary, which the cache cannot look up and no option takes
        name = next((name for name, value in given.items() if not isinstance(value, Hashable)), "gravity")
        raise ImageOptionError(f"{name}={given[name]} is not valid. {name} must be {_FIELDS[name].allowed}.") from None


# Typed, since 1 == True == 1.0: without it, True would be accepted where 1 has been cached.
@lru_cache(maxsize=4096, typed=True)
def _parse_recipe(default_quality: int, **given: object) -> Recipe:
    options = {name: _parse_value(name, text) for name, value in given.items() if (text := _text(value))}
    return make_recipe(options, default_quality)


def parse_format(value: object) -> str:
    """``value``, if it is a format. Raises `ImageOptionError`."""
    if value not in FORMATS:
        raise ImageOptionError(f"format={value} is not valid. format must be one of {' '.join(FORMATS)}.")
    return str(value)


def parse_preset(preset: PresetLike | str, recipe: Recipe) -> PresetRef:
    """A preset, or the name of one, at its current revision.

    Raises `PresetMissing`, and `ImageOptionError`, also if a size is given too.
    """
    # A preset is a complete recipe. Mixing it with options would give variants that no preset's purge removes.
    if recipe != Recipe():
        raise ImageOptionError("preset cannot be combined with a size. The only option that goes with it is format.")
    if not isinstance(preset, str):
        try:
            return PresetRef(preset.name, preset.revision)
        except AttributeError:
            kind = type(preset).__name__
            raise ImageOptionError(f"preset must be a preset or the name of one, not {kind}.") from None
    preset_uses.note(str(preset))
    try:
        return PresetRef(str(preset), preset_revisions.revision(preset))
    except PresetGone as error:
        names = preset_revisions.names()
        hint = f"The presets are {' '.join(names)}." if names else "There are no presets yet."
        message = f"The preset {shortened(preset)} does not exist. {hint}"
        raise PresetMissing(message, str(preset), error.recipe) from None


def _parse_value(name: str, text: str) -> object:
    try:
        return _FIELDS[name].read(name, text)
    except BadRequest as error:
        raise ImageOptionError(error.message) from None


def _text(value: object) -> str:
    """``value`` as a URL spells it. Templates pass numbers as int, str, Decimal or float."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ",".join(f"{side:.6f}" if isinstance(side, float) else str(side) for side in value)
    text = str(value)
    return text if isinstance(value, str) else text.removesuffix(".0")
