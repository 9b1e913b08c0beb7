"""Applying the operations of `edge.contract.operations` to a resized image, in their order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import Any

from PIL import Image

from edge.contract.errors import BadRequest, OverlayUnavailable, SourceRefused
from edge.contract.operations import KINDS, Operation
from edge.contract.policy import Policy
from edge.image.faces import FaceBox, crop_around
from edge.image.geometry import Size
from edge.image.overlays import SizeOf, place_overlay, place_watermark, read_mark
from edge.image.transform import canvas, filters, point_operations, tone

NO_OVERLAYS: Mapping[tuple[str, str], bytes] = MappingProxyType({})
#: CPU seconds that the operations on one image may take. Rendering it takes as long again at most.
MAX_SECONDS = 8.0

_PLAIN: Mapping[str, Callable[..., Image.Image]] = MappingProxyType(
    {
        **{
            name: getattr(point_operations, name)
            for name in ("negate", "linear", "gamma", "grayscale", "tint", "threshold", "flatten")
        },
        "normalise": tone.normalise,
        "modulate": tone.modulate,
        "median": filters.median,
        "convolve": filters.convolve,
        "blur": filters.blur,
        "sharpen": filters.sharpen,
        "extract": canvas.extract,
        "rotate": canvas.rotate,
        "round_crop": canvas.round_crop,
    }
)
_PLACING: Mapping[str, Callable[..., Image.Image]] = MappingProxyType(
    {"overlay": place_overlay, "watermark": place_watermark}
)
#: Not done to animations, as in AWS's image handler: the frames would get different sizes.
_STILL_ONLY = frozenset({"rotate", "face_crop", "round_crop"})


@dataclass(frozen=True)
class OperationSequence:
    """``operations`` in their order; ``overlays`` are the originals that they place, by key and version."""

    operations: tuple[Operation, ...]
    overlays: Mapping[tuple[str, str], bytes]
    policy: Policy
    #: The images that were placed, at their size on an image of that size: an animation has many.
    _marks: dict[tuple[Operation, Size], Image.Image] = field(default_factory=dict)

    def apply(self, image: Image.Image, faces: Sequence[FaceBox] = (), frames: int = 1) -> Image.Image:
        """``image`` (L, LA, RGB, RGBA), or one of the ``frames`` of an animation, after all operations.

        ``faces`` are the boxes of those that the image shows, the largest first.
        Raises `BadRequest` for an argument that does not fit the image, and if they take too long; and
        `OverlayUnavailable` if an image to place is not among the overlays, or cannot be read.
        """
        seconds = 0.0
        for operation in self.operations:
            if frames > 1 and operation.name in _STILL_ONLY:
                continue
            seconds += KINDS[operation.name].cost * image.width * image.height * frames / 1_000_000
            if seconds > MAX_SECONDS:
                message = f"The operations take too long for {image.width} × {image.height} pixels. Ask for fewer."
                raise BadRequest("operation_invalid", message)
            image = self._apply_one(image, operation, faces)
        return image

    def _apply_one(self, image: Image.Image, operation: Operation, faces: Sequence[FaceBox]) -> Image.Image:
        arguments: dict[str, Any] = dict(operation.arguments)
        if operation.overlay:
            del arguments["key"], arguments["version"]
            return _PLACING[operation.name](image, partial(self._read, operation, image.size), **arguments)
        if operation.name == "face_crop":
            return canvas.extract(image, *crop_around(faces, image.size, **arguments))
        try:
            if operation.name == "extend":
                return canvas.extend(image, **arguments, max_side=self.policy.max_side)
            return _PLAIN[operation.name](image, **arguments)
        except ValueError as error:
            code = "area_out_of_bounds" if operation.name == "extract" else "operation_invalid"
            raise BadRequest(code, f"{operation.name}: {error}") from None

    def _read(self, operation: Operation, size: Size, size_of: SizeOf) -> Image.Image:
        key, version = operation.overlay or ("", "")
        if (operation, size) not in self._marks:
            try:
                mark = read_mark(self.overlays[key, version], size_of, self.policy)
            except (KeyError, SourceRefused):
                raise OverlayUnavailable.named(key) from None
            self._marks[operation, size] = mark
        return self._marks[operation, size]
