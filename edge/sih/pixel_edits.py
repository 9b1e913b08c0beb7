"""Edits of the resized image's pixels: sharp's arguments as those of our operations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from edge.sih.colours import parse_colour
from edge.sih.draft import Draft
from edge.sih.numbers import finite, whole, within

#: sharp's names of the arguments of sharpen, and ours.
_SHARPEN: Mapping[str, str] = MappingProxyType(
    {"sigma": "sigma", "m1": "flat", "m2": "jagged", "x1": "threshold", "y2": "lighter", "y3": "darker"}
)


def _given(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _grayscale(draft: Draft, _value: Any) -> None:
    draft.add("grayscale")


def _negate(draft: Draft, value: Any) -> None:
    draft.add("negate", alpha=bool(_given(value).get("alpha", True)))


def _normalise(draft: Draft, value: Any) -> None:
    given = _given(value)
    draft.add("normalise", **{name: whole(given[name], 0, 100) for name in ("lower", "upper") if name in given})


def _tint(draft: Draft, value: Any) -> None:
    draft.add("tint", colour=parse_colour(value)[:6])


def _blur(draft: Draft, value: Any) -> None:
    """``true`` is the mean of nine pixels."""
    draft.add("blur", sigma=None if value is True else within(_given(value).get("sigma", value), 0.3, 1000))


def _sharpen(draft: Draft, value: Any) -> None:
    """``true`` is a mild sharpening."""
    if value is True:
        draft.add("sharpen")
        return
    given = value if isinstance(value, Mapping) else {"sigma": value}
    draft.add("sharpen", **{ours: finite(given[theirs]) for theirs, ours in _SHARPEN.items() if theirs in given})


def _median(draft: Draft, value: Any) -> None:
    draft.add("median", size=3 if value is True else whole(value, 1, 100))


def _gamma(draft: Draft, value: Any) -> None:
    exponent = 2.2 if value is True else finite(value)
    draft.add("gamma", before=exponent, after=exponent)


def _threshold(draft: Draft, value: Any) -> None:
    draft.add("threshold", value=128 if value is True else whole(value, 0, 255))


def _linear(draft: Draft, value: Any) -> None:
    """One argument is all that JSON can pass: the factors."""
    factors = [finite(each) for each in (value if isinstance(value, list) else [value])]
    draft.add("linear", factors=factors, offsets=[0] * len(factors))


def _modulate(draft: Draft, value: Any) -> None:
    given = {name: finite(value[name]) for name in ("brightness", "saturation", "lightness") if name in value}
    draft.add("modulate", **given, hue=whole(value.get("hue", 0), -1_000_000, 1_000_000))


def _convolve(draft: Draft, value: Any) -> None:
    kernel = [finite(each) for each in value["kernel"][:26]]
    if finite(value["width"]) != finite(value["height"]) or finite(value["width"]) ** 2 != len(kernel):
        raise ValueError(value)
    extra = {name: finite(value[name]) for name in ("scale", "offset") if value.get(name) is not None}
    draft.add("convolve", kernel=kernel, **extra)


def _extend(draft: Draft, value: Any) -> None:
    given = value if isinstance(value, Mapping) else dict.fromkeys(("top", "right", "bottom", "left"), value)
    margins = {name: whole(given.get(name) or 0, 0, 99_999) for name in ("top", "right", "bottom", "left")}
    draft.add("extend", **margins, colour=parse_colour(given.get("background") or "000000"))


def _round_crop(draft: Draft, value: Any) -> None:
    """Values of zero or less are ignored."""
    found = {name: finite(_given(value)[name]) for name in ("rx", "ry", "top", "left") if _given(value).get(name)}
    draft.add("round_crop", **{name: number for name, number in found.items() if number > 0})


PIXEL_EDITS: Mapping[str, Callable[[Draft, Any], None]] = MappingProxyType(
    {
        "blur": _blur,
        "convolve": _convolve,
        "extend": _extend,
        "gamma": _gamma,
        "grayscale": _grayscale,
        "greyscale": _grayscale,
        "linear": _linear,
        "median": _median,
        "modulate": _modulate,
        "negate": _negate,
        "normalise": _normalise,
        "normalize": _normalise,
        "roundCrop": _round_crop,
        "sharpen": _sharpen,
        "threshold": _threshold,
        "tint": _tint,
    }
)
