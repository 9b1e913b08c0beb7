"""The ladder: the sizes that anybody may request without a signature."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

Size = tuple[int, int]


@dataclass(frozen=True)
class Ladder:
    """``rungs`` in pixels, ascending; ``ratios`` as ``(width, height)``."""

    rungs: tuple[int, ...]
    ratios: tuple[Size, ...]

    @cached_property
    def boxes(self) -> frozenset[Size]:
        """Every pair of sides in a listed ratio with the longer side on a rung."""
        return frozenset(box for boxes in self._boxes.values() for box in boxes)

    def snap(self, width: int, height: int) -> Size:
        """The sides raised to the next rung and, if both are given, to the nearest listed ratio; 0 stays 0."""
        if width and height:
            return self._snap_both(width, height)
        return self._snap_side(width), self._snap_side(height)

    @cached_property
    def _boxes(self) -> dict[Size, list[Size]]:
        return {ratio: [_box(rung, ratio) for rung in self.rungs] for ratio in self.ratios}

    def _snap_side(self, side: int) -> int:
        if side == 0:
            return 0
        return next((rung for rung in self.rungs if rung >= side), self.rungs[-1])

    def _snap_both(self, width: int, height: int) -> Size:
        if (width, height) in self.boxes:
            return width, height
        ratio = min(self.ratios, key=lambda ratio: _distance(ratio, width, height))
        boxes = self._boxes[ratio]
        return next((box for box in boxes if box[0] >= width and box[1] >= height), boxes[-1])


def _distance(ratio: Size, width: int, height: int) -> float:
    """The factor between that ratio and the requested one: one division, the same in every language."""
    listed, requested = ratio[0] * height, width * ratio[1]
    return max(listed, requested) / min(listed, requested)


def _box(rung: int, ratio: Size) -> Size:
    """The sides in that ratio whose longer one is ``rung``."""
    width, height = ratio
    if width >= height:
        return rung, max(1, round(rung * height / width))
    return max(1, round(rung * width / height)), rung
