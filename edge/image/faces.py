"""Where to crop so that faces stay in the picture. Sides and boxes are in pixels of the image that is cropped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import floor

from edge.contract.errors import BadRequest

#: Left, top, right, bottom.
FaceBox = tuple[float, float, float, float]
#: The start and end of a face along one side, and its area.
Span = tuple[float, float, float]

_TOLERANCE = 1e-6


def best_start(side: float, length: float, spans: Sequence[Span]) -> float:
    """Where the window of ``length`` along a ``side`` starts that holds the most face area in whole faces.

    Faces that it cuts do not count. It is centred on the faces that it holds, as far as the side allows; if it is too
    short for any face, on the largest one.
    """
    most = side - length
    candidates = [min(max(start, 0.0), most) for low, high, _ in spans for start in (low, high - length)]
    held = max((_held(start, length, spans) for start in candidates), key=_area)
    low, high = _extent(held or [max(spans, key=lambda span: span[2])])
    return min(max((low + high - length) / 2, 0.0), most)


def padded_extent(boxes: Sequence[FaceBox], pad: int, size: tuple[int, int]) -> FaceBox:
    """The smallest box with all of ``boxes``, each with a margin of ``pad`` percent of its sides; within ``size``."""
    padded = [_pad(box, pad / 100) for box in boxes]
    return (
        max(min(box[0] for box in padded), 0.0),
        max(min(box[1] for box in padded), 0.0),
        min(max(box[2] for box in padded), float(size[0])),
        min(max(box[3] for box in padded), float(size[1])),
    )


def spans_of(boxes: Iterable[FaceBox], axis: int) -> list[Span]:
    """The boxes along one axis, 0 or 1."""
    return [(box[axis], box[axis + 2], (box[2] - box[0]) * (box[3] - box[1])) for box in boxes]


def crop_around(
    faces: Sequence[FaceBox], size: tuple[int, int], *, face: int, padding: int
) -> tuple[int, int, int, int]:
    """Left, top, width and height of ``face``, counted from 0, with a margin of ``padding`` pixels within ``size``.

    The whole image if there are no faces. Raises `BadRequest`.
    """
    if faces and face >= len(faces):
        message = f"There is no face {face}: the image has {len(faces)}, counted from 0."
        raise BadRequest("face_unknown", message)
    left, top, right, bottom = faces[face] if faces else (0.0, 0.0, *map(float, size))
    x, y = max(floor(left - padding), 0), max(floor(top - padding), 0)
    width = min(floor(right - left + 2 * padding), size[0] - x)
    height = min(floor(bottom - top + 2 * padding), size[1] - y)
    if width < 1 or height < 1:
        raise BadRequest("padding_out_of_bounds", f"A padding of {padding} pixels leaves nothing of the face.")
    return x, y, width, height


def _held(start: float, length: float, spans: Sequence[Span]) -> list[Span]:
    end = start + length + _TOLERANCE
    return [span for span in spans if span[0] >= start - _TOLERANCE and span[1] <= end]


def _area(spans: Sequence[Span]) -> float:
    return sum(span[2] for span in spans)


def _extent(spans: Sequence[Span]) -> tuple[float, float]:
    return min(span[0] for span in spans), max(span[1] for span in spans)


def _pad(box: FaceBox, share: float) -> FaceBox:
    across, down = (box[2] - box[0]) * share, (box[3] - box[1]) * share
    return box[0] - across, box[1] - down, box[2] + across, box[3] + down
