"""The parser for slugs, the canonical spelling of recipes and presets in variant keys."""

from __future__ import annotations

import re

from edge.contract.errors import BadRequest
from edge.contract.recipe import DEFAULTS, FIELDS, Field, Recipe, RecipeOrPreset, make_recipe, parse_preset

_PER_MILLE = re.compile(r"([0-9]{1,4})-([0-9]{1,4})")


def parse_slug(slug: str) -> RecipeOrPreset:
    """What ``slug`` spells. Raises `BadRequest` unless the spelling is the canonical one."""
    if slug.startswith("p."):
        return parse_preset(slug[2:])
    recipe = make_recipe(_parse_tokens(slug)) if slug != "full" else Recipe()
    if recipe.slug != slug:
        raise BadRequest("path_invalid", "The recipe in the path is not in its canonical spelling.")
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
            raise BadRequest("path_invalid", "The recipe in the path has an unknown part.")
    return options


def _parse_token(field: Field, token: str) -> object | None:
    if not token.startswith(field.prefix):
        return None
    text = token[len(field.prefix) :]
    if not text:
        return True if DEFAULTS[field.name] is False else None
    try:
        if field.name == "gravity" and (point := _PER_MILLE.fullmatch(text)):
            x, y = int(point[1]), int(point[2])
            return (x, y) if max(x, y) <= 1000 else None
        return field.parse(text)
    except ValueError:
        return None
