"""The policy: what anybody may request, and the limits that hold for everybody. Baked into the edge packages."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

from edge.contract.errors import BadRequest
from edge.contract.ladder import Ladder
from edge.contract.recipe import PresetRef, Recipe, RecipeOrPreset
from edge.contract.variant_key import CLASSES

#: To be raised whenever the engine makes other bytes than before from the same original and recipe, or stores other
#: headers with them: what is stored is never written again.
ENGINE_REVISION = 12
BAKED = Path(__file__).with_name("policy.json")
#: A policy file to read instead of the baked one. Only for an edge that runs on one machine: Lambda@Edge functions
#: have no environment variables.
ENVIRONMENT_VARIABLE = "IMAGEHUB_POLICY"

#: RecipeOrPreset does not change a variant's bytes, and so does not change ``rev``.
_NOT_IN_REV = ("signed", "secret", "ladder", "ratios", "max_source_bytes", "max_source_pixels")

#: The fits that need no signature with two sides.
_UNSIGNED_FITS = ("cover", "inside")


@dataclass(frozen=True)
class Policy:
    """Sides in pixels; ratios as ``(width, height)``; sizes of sources in bytes and pixels."""

    ladder: tuple[int, ...]
    ratios: tuple[tuple[int, int], ...]
    quality: int
    full_side: int
    max_side: int
    max_source_bytes: int
    max_source_pixels: int
    max_frames: int
    max_animation_pixels: int
    max_animation_source_pixels: int
    signed: Literal["off-ladder", "always"] = "off-ladder"
    secret: str = ""
    #: Whether variants keep the copyright notice and the creator that the original names.
    copyright: bool = False

    @classmethod
    def parse(cls, text: str) -> Policy:
        """The policy in a JSON document. Raises `ValueError`, which names the wrong value."""
        values = json.loads(text)
        try:
            values["ladder"] = tuple(sorted(values["ladder"]))
            values["ratios"] = tuple(_ratio(ratio) for ratio in values["ratios"])
            policy = cls(**values)
        except (KeyError, TypeError) as error:
            raise ValueError(f"policy.json: {error}") from error
        if policy.signed not in ("off-ladder", "always"):
            raise ValueError('policy.json: "signed" is "off-ladder" or "always"')
        if not isinstance(policy.copyright, bool):
            raise ValueError('policy.json: "copyright" is true or false')
        if not policy.ladder or policy.ladder[-1] > policy.max_side:
            raise ValueError('policy.json: "ladder" needs a rung, and none above "max_side"')
        return policy

    @cached_property
    def rev(self) -> str:
        """8 hex digits that change with the engine and with whatever here changes a variant's bytes."""
        counted = {name: value for name, value in vars(self).items() if name in self.__dataclass_fields__}
        for name in _NOT_IN_REV:
            counted.pop(name, None)
        spelled = json.dumps([ENGINE_REVISION, counted], sort_keys=True)
        return hashlib.sha256(spelled.encode()).hexdigest()[:8]

    def needs_signature(self, recipe: RecipeOrPreset) -> bool:
        """Whether ``recipe`` is served unchanged only with a signature."""
        return self.signed == "always" or not self.on_ladder(recipe)

    def snap(self, recipe: RecipeOrPreset) -> RecipeOrPreset:
        """``recipe`` with its sides raised to the next rung and the nearest listed ratio.

        All else, such as another fit, a quality or an effect, stays as it is; `on_ladder` is then false.
        """
        if not isinstance(recipe, Recipe):
            return recipe
        size = (recipe.width, recipe.height)
        width, height = snapped = self._sizes.snap(*size)
        return recipe if snapped == size else replace(recipe, width=width, height=height)

    def on_ladder(self, recipe: RecipeOrPreset) -> bool:
        """Whether anybody may have ``recipe``: a preset, or sizes on the ladder and nothing else."""
        return isinstance(recipe, PresetRef) or recipe in self._listed

    def unsigned(self) -> set[Recipe]:
        """Every recipe, apart from presets, that anybody may have without a signature."""
        return set() if self.signed == "always" else set(self._listed)

    def count_unsigned(self, presets: int = 0) -> int:
        """How many variants of one asset visitors can cause to be made without a signature.

        Each recipe and each preset's current revision, in each class; 0 if every URL is signed.
        """
        return 0 if self.signed == "always" else (len(self.unsigned()) + presets) * len(CLASSES)

    def check_limits(self, recipe: RecipeOrPreset) -> None:
        """Raises `BadRequest` if a side is above ``max_side``, which holds for signed URLs too."""
        if isinstance(recipe, Recipe) and max(recipe.width, recipe.height) > self.max_side:
            name, side = ("w", recipe.width) if recipe.width > self.max_side else ("h", recipe.height)
            raise BadRequest(
                "parameter_invalid", f"{name}={side} is too large. {name} must be at most {self.max_side}."
            )

    @cached_property
    def _sizes(self) -> Ladder:
        return Ladder(self.ladder, self.ratios)

    @cached_property
    def _listed(self) -> frozenset[Recipe]:
        one_side = {Recipe(rung, 0) for rung in self.ladder} | {Recipe(0, rung) for rung in self.ladder}
        both = {Recipe(width, height, fit) for width, height in self._sizes.boxes for fit in _UNSIGNED_FITS}
        return frozenset({Recipe()} | one_side | both)


def _ratio(text: str) -> tuple[int, int]:
    width, height = text.split(":")
    return int(width), int(height)


@cache
def load_policy() -> Policy:
    """The policy of this process: the file named by `ENVIRONMENT_VARIABLE`, or the baked one."""
    return Policy.parse(Path(os.environ.get(ENVIRONMENT_VARIABLE) or BAKED).read_text())
