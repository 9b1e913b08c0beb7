"""The edit ``resize``: sharp's options as a recipe's."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from edge.contract.values import COMPASS, FITS
from edge.sih.colours import parse_colour
from edge.sih.draft import Draft
from edge.sih.errors import SihError
from edge.sih.numbers import finite, within

#: sharp's names and numbers of positions.
_POSITIONS: Mapping[str, str] = MappingProxyType(
    {name: name for name in COMPASS}
    | {"centre": "center", "top": "north", "right": "east", "bottom": "south", "left": "west"}
    | {"right top": "northeast", "right bottom": "southeast", "left bottom": "southwest", "left top": "northwest"}
    | {"top right": "northeast", "bottom right": "southeast", "bottom left": "southwest", "top left": "northwest"}
    | {"entropy": "auto", "attention": "auto", "16": "auto", "17": "auto"}
    | {
        str(number): name
        for number, name in enumerate(
            ("center", "north", "east", "south", "west", "northeast", "southeast", "southwest", "northwest")
        )
    }
)
#: Always Lanczos with three lobes, and always exact.
_IGNORED = frozenset({"kernel", "fastShrinkOnLoad"})
_KNOWN = frozenset(
    {"width", "height", "fit", "position", "gravity", "strategy", "background", "withoutEnlargement", "ratio"}
)


def resize(draft: Draft, value: Any) -> None:
    """Raises `ValueError`, `SihError`."""
    if value is None or value == {}:
        return
    if not isinstance(value, Mapping):
        raise ValueError(value)
    _check_names(draft, value)
    sides = {name: _side(value.get(name)) for name in ("width", "height")}
    fit = value.get("fit") or "cover"
    if fit not in FITS:
        raise ValueError(fit)
    draft.options.update(sides, fit=fit, up=not value.get("withoutEnlargement"), gravity=_gravity(value, fit))
    if fit == "contain" and all(sides.values()):
        draft.options["bg"] = parse_colour(value.get("background") or "000000")
    if value.get("ratio") and not all(sides.values()):
        draft.ratio = within(value["ratio"], 0.0001, 10)


def _check_names(draft: Draft, value: Mapping[str, Any]) -> None:
    if value.get("withoutReduction"):
        raise SihError.unsupported("option", "resize.withoutReduction")
    unknown = next((name for name in value if name not in _KNOWN | _IGNORED | {"withoutReduction"}), None)
    if draft.strict and unknown is not None:
        raise SihError.unsupported("option", f"resize.{unknown}")


def _side(value: object) -> int:
    if value is None or value == "":
        return 0
    side = int(finite(value) + 0.5)
    if side < 1:
        raise SihError(400, "InvalidResizeException", "The image size is invalid. Sides must be at least one pixel.")
    return side


def _gravity(value: Mapping[str, Any], fit: str) -> str:
    position = value.get("position", value.get("gravity", value.get("strategy", "center")))
    name = _POSITIONS[str(position).lower()]
    return "center" if name == "auto" and fit != "cover" else name
