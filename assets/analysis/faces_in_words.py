"""Where the faces in an image are, in words, and the focal point that they propose."""

from __future__ import annotations

from collections.abc import Sequence

from edge.contract.recipe import MAX_FACES
from edge.contract.values import Face, Point


def describe_faces(faces: Sequence[Face]) -> str:
    """Such as "3 faces, the largest at the left"; empty without faces. The largest comes first, as they are stored."""
    if not faces:
        return ""
    where = _place(*_centre(faces[0]))
    if len(faces) == 1:
        return f"1 face, {where}"
    number = f"{MAX_FACES} faces or more" if len(faces) >= MAX_FACES else f"{len(faces)} faces"
    return f"{number}, the largest {where}"


def propose_focal(faces: Sequence[Face]) -> Point | None:
    """The middle of all faces, each counted by its area, in per mille. None without faces.

    So a group is kept together, and somebody who is small in the background hardly counts.
    """
    areas = [width * height for _, _, width, height in faces]
    if not sum(areas):
        return None
    centres = [_centre(face) for face in faces]
    x, y = (
        round(sum(area * centre[axis] for area, centre in zip(areas, centres, strict=True)) / sum(areas))
        for axis in (0, 1)
    )
    return x, y


def _centre(face: Face) -> tuple[float, float]:
    x, y, width, height = face
    return x + width / 2, y + height / 2


def _place(x: float, y: float) -> str:
    across = "left" if x < 400 else "right" if x > 600 else ""
    down = "top" if y < 333 else "bottom" if y > 667 else ""
    if not (across or down):
        return "in the middle"
    if across and down:
        return f"at the {down} {across}"
    return f"at the {across or down}"
