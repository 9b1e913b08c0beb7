"""A translation under way: what the edits read so far have said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from edge.contract.edits import Area
from edge.contract.operations import Operation, make_operation
from edge.sih.source_buckets import SourceBucket

#: After resizing; what sharp does before it comes first: https://github.com/lovell/sharp/blob/main/src/pipeline.cc
_ORDER = (
    *("flatten", "negate", "grayscale", "rotate", "extract", "face_crop", "extend", "median", "threshold", "blur"),
    *("convolve", "modulate", "sharpen", "overlay", "gamma", "linear", "normalise", "tint"),
)
_ROUND_CROP = "round_crop"


@dataclass(slots=True)
class Draft:
    """``options`` are a recipe's; the rest is what `edge.sih.translation.Translation` has."""

    upright: bool
    strict: bool
    by_path: bool
    #: Those that an overlay may be in.
    buckets: Mapping[str, SourceBucket] = field(default_factory=lambda: MappingProxyType({}))
    options: dict[str, object] = field(default_factory=dict)
    operations: list[Operation] = field(default_factory=list)
    area: Area | None = None
    ratio: float | None = None
    moving: bool = True
    #: Whether a turn follows the size.
    turns_size: bool = False
    #: Whether something is cut out after a turn and before any size.
    cuts_turned: bool = False
    flatten: str | None = None
    format: str | None = None
    preferred: str | None = None
    qualities: dict[str, float] = field(default_factory=dict)
    quality: float | None = None

    @property
    def is_resized(self) -> bool:
        """Whether the size has been given."""
        return self.ratio is not None or bool(self.options.get("width") or self.options.get("height"))

    def turned_options(self) -> dict[str, object]:
        """The options for our order, in which an image is turned before it is flipped and resized.

        sharp flips before it turns, and turns where that stands among the edits.
        """
        options = dict(self.options)
        if options.get("rotate") in (90, 270):
            _swap(options, "flip", "flop")
            if self.turns_size:
                _swap(options, "width", "height")
        return options

    def add(self, name: str, **arguments: object) -> None:
        """Add an operation that follows the recipe. Of two with one name the later counts, as in sharp.

        Raises `BadRequest`.
        """
        self.operations = [each for each in self.operations if each.name != name]
        self.operations.append(make_operation(name, **arguments))

    def ordered_operations(self) -> tuple[Operation, ...]:
        """The operations in the order in which sharp does them: it begins again with what `round_crop` has left."""
        names = [each.name for each in self.operations]
        end = names.index(_ROUND_CROP) if _ROUND_CROP in names else len(names)
        before, after = self.operations[:end], self.operations[end + 1 :]
        return (*_sorted(before), *self.operations[end : end + 1], *_sorted(after))


def _swap(options: dict[str, object], one: str, other: str) -> None:
    given = {name: options.pop(name) for name in (one, other) if name in options}
    options |= {other if name == one else one: value for name, value in given.items()}


def _sorted(operations: list[Operation]) -> list[Operation]:
    return sorted(operations, key=lambda each: _ORDER.index(each.name))
