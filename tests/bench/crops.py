"""How many crops keep the faces of a photograph: ours, and sharp's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from edge.contract.policy import load_policy
from edge.contract.recipe import Recipe, make_recipe
from edge.contract.values import Face
from edge.image.decode.opening import open_source
from edge.image.geometry import Box, Size
from edge.image.plan import plan_of, with_fallback
from tests.bench.portraits import Portrait
from tests.bench.worker import Worker

#: Sizes of the results, in pixels.
SHAPES: Mapping[str, Size] = {
    "1:1": (400, 400),
    "4:3": (400, 300),
    "16:9": (400, 225),
    "3:4": (300, 400),
    "9:16": (225, 400),
}
#: So much of a face must be in a crop that keeps it.
KEPT = 0.98

#: The part of a photograph that is cropped to a size, in pixels of the photograph.
Cropper = Callable[[Portrait, Size], Box]


@dataclass(frozen=True, slots=True)
class Crops:
    """What one way to crop did to each photograph, by shape: whether all faces were kept, and whether the largest."""

    name: str
    kept: Mapping[str, Sequence[tuple[bool, bool]]]

    def cells(self) -> tuple[str, ...]:
        every = [each for shape in self.kept.values() for each in shape]
        by_shape = (_share(all_ for all_, _ in shape) for shape in self.kept.values())
        return self.name, _share(all_ for all_, _ in every), _share(largest for _, largest in every), *by_shape


def measured(name: str, cropper: Cropper, photographs: Sequence[Portrait]) -> Crops:
    kept = {shape: [_kept(each, cropper(each, size)) for each in photographs] for shape, size in SHAPES.items()}
    return Crops(name, kept)


def _kept(portrait: Portrait, box: Box) -> tuple[bool, bool]:
    inside = [share_inside(box, face, size_of(portrait)) >= KEPT for face in portrait.faces]
    return all(inside), inside[0]


def share_inside(box: Box, face: Face, size: Size) -> float:
    """How much of a ``face``, in per mille of a photograph of ``size``, is in ``box``."""
    left, top = face[0] * size[0] / 1000, face[1] * size[1] / 1000
    width, height = face[2] * size[0] / 1000, face[3] * size[1] / 1000
    across = min(left + width, box[2]) - max(left, box[0])
    down = min(top + height, box[3]) - max(top, box[1])
    return max(across, 0.0) * max(down, 0.0) / (width * height)


def ours(gravity: str, faces: Mapping[str, Sequence[Face]] | None = None) -> Cropper:
    """The engine's crop with ``gravity``, around the faces by the photographs' names."""

    def crop(portrait: Portrait, size: Size) -> Box:
        recipe = make_recipe({"width": size[0], "height": size[1], "gravity": gravity, "up": True})
        return our_box(portrait.body, recipe, (faces or {}).get(portrait.name, ()))

    return crop


def our_box(body: bytes, recipe: Recipe, faces: Sequence[Face]) -> Box:
    """What `edge.image.render` crops."""
    policy = load_policy()
    recipe = with_fallback(recipe, None, faces)
    with open_source(body, policy) as file:
        plan = plan_of(file, recipe, None, policy, faces=faces, animated=False)
        if recipe.gravity == "auto":
            plan = plan.with_attention(*file.load(plan.box(), plan.size), recipe, policy)
        return plan.box()


def sharps(worker: Worker, position: str, folder: Path) -> Cropper:
    """sharp's crop with one of its strategies."""

    def crop(portrait: Portrait, size: Size) -> Box:
        path = folder / portrait.name
        path.write_bytes(portrait.body)
        answer = worker.tell("crop", input=path, width=size[0], height=size[1], position=position)
        return sharps_box(answer, size, size_of(portrait))

    return crop


def sharps_box(answer: Mapping[str, Any], size: Size, source: Size) -> Box:
    """sharp resizes first, then crops: what it cropped, in pixels of the photograph."""
    scale = max(size[0] / source[0], size[1] / source[1])
    left, top = -answer["left"] / scale, -answer["top"] / scale
    return left, top, left + size[0] / scale, top + size[1] / scale


def size_of(portrait: Portrait) -> Size:
    with Image.open(BytesIO(portrait.body)) as image:
        return image.size


def _share(kept: Iterable[bool]) -> str:
    counted = list(kept)
    return f"{sum(counted) / len(counted):.1%}"
