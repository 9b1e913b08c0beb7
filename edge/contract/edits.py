"""Edits: what to do with an original where a recipe cannot say it. Only other systems' URLs ask for them.

They have no reversible spelling: the slug is a hash of them, and every request for the variant contains the edits.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property

from edge.contract.operations import Operation
from edge.contract.recipe import Recipe

#: How the slugs of edits begin. No recipe's does.
PREFIX = "x."
#: Left, top, width and height in pixels.
Area = tuple[int, int, int, int]


@dataclass(frozen=True)
class Edits:
    """``recipe``, and before it ``area``, cut out of the original, and ``ratio``, which gives the size relative to it.

    The ``operations`` follow the recipe, in their order.
    Unless ``upright``, sides and the area are those of the pixels as stored, and the result repeats the original's EXIF
    orientation. Unless ``moving``, an animation gives its first frame.
    """

    recipe: Recipe
    area: Area | None = None
    ratio: float | None = None
    upright: bool = True
    moving: bool = True
    operations: tuple[Operation, ...] = ()

    @property
    def is_recipe(self) -> bool:
        """Whether the recipe says it all."""
        return self == Edits(self.recipe)

    @cached_property
    def slug(self) -> str:
        """128 bits of a hash: ``x.0123…``. Equal for equal edits."""
        operations = list(map(str, self.operations))
        spelled = [self.recipe.slug, operations, self.area, self.ratio, self.upright, self.moving]
        return PREFIX + hashlib.sha256(json.dumps(spelled).encode()).hexdigest()[:32]


#: What an image is rendered by.
RecipeOrEdits = Recipe | Edits


def as_edits(what: RecipeOrEdits) -> Edits:
    """``what`` as edits."""
    return what if isinstance(what, Edits) else Edits(what)


def is_edits_slug(slug: str) -> bool:
    """Whether ``slug`` stands for edits, so that nothing can be rendered by it alone."""
    return slug.startswith(PREFIX)
