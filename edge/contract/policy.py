"""The policy: what anybody may ask for, and the limits that hold for everybody. Baked into the packages at build."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, replace
from functools import cache, cached_property
from math import log
from pathlib import Path
from typing import Literal

from edge.contract.errors import BadRequest
from edge.contract.keys import CLASSES
from edge.contract.recipe import PresetRef, Recipe

#: Raised whenever the engine makes other bytes than before from the same original and recipe.
ENGINE_REVISION = 7
BAKED = Path(__file__).with_name("policy.json")
#: The policy file to read instead of the baked one. Lambda@Edge has no environment variables, so only where
#: the edge runs on one machine.
ENVIRONMENT_VARIABLE = "IMAGEHUB_POLICY"

#: What does not change a variant's bytes, so does not change ``rev``.
_NOT_IN_REV = ("signed", "secret", "ladder", "ratios", "max_source_bytes", "max_source_pixels")

#: The fits that anybody may ask for with two sides.
_FREE_FITS = ("cover", "inside")

What = Recipe | PresetRef


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
    signed: Literal["off-ladder", "always"] = "off-ladder"
    secret: str = ""
    #: Whether variants say whose picture it is, where the original does.
    copyright: bool = False

    @classmethod
    def parse(cls, text: str) -> Policy:
        """The policy that a JSON document spells. Raises `ValueError` that names what is wrong."""
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

    def needs_signature(self, what: What) -> bool:
        """Whether a URL for ``what`` is served, as it is, only with a signature."""
        return self.signed == "always" or not self.on_ladder(what)

    def snap(self, what: What) -> What:
        """``what`` raised to the next rung and the nearest listed ratio.

        What the ladder has no word for (another fit, a quality, an effect) stays as it is:
        `on_ladder` then says no.
        """
        if not isinstance(what, Recipe):
            return what
        asked = (what.width, what.height)
        width, height = sides = self._snap_both(*asked) if all(asked) else (self._rung(asked[0]), self._rung(asked[1]))
        return what if sides == asked else replace(what, width=width, height=height)

    def on_ladder(self, what: What) -> bool:
        """Whether anybody may have ``what``: a preset, or sizes that the ladder lists and nothing else."""
        return isinstance(what, PresetRef) or what in self._listed

    def unsigned(self) -> set[Recipe]:
        """Every recipe, presets apart, that anybody may have without a signature."""
        return set() if self.signed == "always" else set(self._listed)

    def count_unsigned(self, presets: int = 0) -> int:
        """How many variants of one asset visitors can have made without a signature.

        Each recipe and each preset's current revision, in each class; none where every URL is signed.
        """
        return 0 if self.signed == "always" else (len(self.unsigned()) + presets) * len(CLASSES)

    def check_limits(self, what: What) -> None:
        """Raises `BadRequest` where a side is above ``max_side``, which a signature does not lift."""
        if isinstance(what, Recipe) and max(what.width, what.height) > self.max_side:
            name, side = ("w", what.width) if what.width > self.max_side else ("h", what.height)
            raise BadRequest("parameter_invalid", f"{name}={side} is too big: {name} takes at most {self.max_side}.")

    @cached_property
    def _listed(self) -> frozenset[Recipe]:
        one_side = {Recipe(rung, 0) for rung in self.ladder} | {Recipe(0, rung) for rung in self.ladder}
        both = {Recipe(width, height, fit) for width, height in self._all_boxes for fit in _FREE_FITS}
        return frozenset({Recipe()} | one_side | both)

    @cached_property
    def _all_boxes(self) -> frozenset[tuple[int, int]]:
        return frozenset(box for boxes in self._boxes.values() for box in boxes)

    @cached_property
    def _boxes(self) -> dict[tuple[int, int], list[tuple[int, int]]]:
        return {ratio: [_box(rung, ratio) for rung in self.ladder] for ratio in self.ratios}

    def _rung(self, side: int) -> int:
        if side == 0:
            return 0
        return next((rung for rung in self.ladder if rung >= side), self.ladder[-1])

    def _snap_both(self, width: int, height: int) -> tuple[int, int]:
        if (width, height) in self._all_boxes:
            return width, height
        wanted = log(width / height)
        ratio = min(self.ratios, key=lambda ratio: abs(log(ratio[0] / ratio[1]) - wanted))
        boxes = self._boxes[ratio]
        return next((box for box in boxes if box[0] >= width and box[1] >= height), boxes[-1])


def _ratio(text: str) -> tuple[int, int]:
    width, height = text.split(":")
    return int(width), int(height)


def _box(rung: int, ratio: tuple[int, int]) -> tuple[int, int]:
    """The box of that ratio whose longer side is on the rung."""
    width, height = ratio
    if width >= height:
        return rung, max(1, round(rung * height / width))
    return max(1, round(rung * width / height)), rung


@cache
def load_policy() -> Policy:
    """The policy in force in this process."""
    return Policy.parse(Path(os.environ.get(ENVIRONMENT_VARIABLE) or BAKED).read_text())
