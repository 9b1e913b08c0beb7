"""All edits of that product by name: what each says of a translation, which have no effect here, which are refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from edge.sih.colours import parse_colour
from edge.sih.draft import Draft
from edge.sih.errors import SihError
from edge.sih.numbers import finite, whole, within
from edge.sih.resizing import resize

#: What an image can be written in here.
FORMATS = frozenset({"jpeg", "png", "webp", "gif", "avif"})
#: No metadata is ever kept; and moderation is what was decided at upload, whatever a URL says.
WITHOUT_EFFECT = frozenset({"stripExif", "stripIcc", "contentModeration"})
#: What that product hands to sharp and nothing here can do.
REFUSED = frozenset(
    {
        *("affine", "bandbool", "boolean", "clahe", "convolve", "ensureAlpha", "extend", "extractChannel", "gamma"),
        *("heif", "joinChannel", "linear", "median", "modulate", "pipelineColorspace", "pipelineColourspace"),
        *("recomb", "removeAlpha", "threshold", "toColorspace", "toColourspace", "unflatten"),
    }
)
_SIDE = 1_000_000


def output_format(name: str) -> str:
    """The name of a format as we write it. Raises `SihError`."""
    found = {"jpg": "jpeg"}.get(name.lower(), name.lower())
    if found not in FORMATS:
        raise SihError.unsupported("format", name)
    return found


def _rotate(draft: Draft, value: Any) -> None:
    """Without an angle, upright."""
    if value is None or value is True:
        draft.upright = True
        return
    degrees = within(value, -1e6, 1e6) % 360
    if degrees % 90:
        draft.add("rotate", degrees=round(degrees, 3))
    else:
        draft.options["rotate"] = int(degrees)


def _area(draft: Draft, value: Any) -> None:
    left, top = (whole(value.get(name, 0), -_SIDE, _SIDE) for name in ("left", "top"))
    width, height = (whole(value[name], -_SIDE, _SIDE) for name in ("width", "height"))
    if draft.is_resized or draft.options.get("rotate"):
        draft.add("extract", left=left, top=top, width=width, height=height)
    else:
        draft.area = left, top, width, height


def _blur(draft: Draft, value: Any) -> None:
    """A number is the standard deviation, here too; ``true`` averages nine pixels."""
    sigma = 0.9 if value is True else within(value, 0.3, 1000)
    if sigma == int(sigma) and sigma <= 100:
        draft.options["blur"] = int(sigma)
    else:
        draft.add("blur", sigma=round(sigma, 2))


def _sharpen(draft: Draft, value: Any) -> None:
    sigma = value.get("sigma", 1) if isinstance(value, Mapping) else 1 if value is True else value
    number = within(sigma, 0.01, 10_000)
    if number == int(number) and number <= 10:
        draft.options["sharpen"] = int(number)
    else:
        draft.add("sharpen", sigma=round(number, 2))


def _trim(draft: Draft, value: Any) -> None:
    given = value if isinstance(value, Mapping) else {"threshold": 10 if value is True else value}
    if "background" in given:
        raise SihError.unsupported("option", "trim.background")
    draft.options["trim"] = max(whole(given.get("threshold", 10), 0, 255), 1)


def _flatten(draft: Draft, value: Any) -> None:
    background = value.get("background") if isinstance(value, Mapping) else None
    draft.flatten = parse_colour(background or "000000")[:6]


def _switch(name: str) -> Callable[[Draft, Any], None]:
    def switch(draft: Draft, _value: Any) -> None:
        draft.options[name] = True

    return switch


def _step(name: str) -> Callable[[Draft, Any], None]:
    return lambda draft, _value: draft.add(name)


def _tint(draft: Draft, value: Any) -> None:
    draft.add("tint", colour=parse_colour(value)[:6])


def _smart_crop(draft: Draft, value: Any) -> None:
    given = value if isinstance(value, Mapping) else {}
    face, padding = given.get("faceIndex"), given.get("padding")
    draft.add("smart_crop", face=whole(face or 0, 0, 1000), padding=whole(padding or 0, -_SIDE, _SIDE))


def _round_crop(draft: Draft, value: Any) -> None:
    given = value if isinstance(value, Mapping) else {}
    found = {name: finite(given[name]) for name in ("rx", "ry", "top", "left") if given.get(name)}
    draft.add("round_crop", **{name: number for name, number in found.items() if number > 0})


def _overlay(draft: Draft, value: Any) -> None:
    bucket, key, options = value.get("bucket", ""), value["key"], value.get("options") or {}
    if not (isinstance(bucket, str) and isinstance(key, str) and key):
        raise ValueError(value)
    numbers = {name: within(value[name], 0, 100) for name in ("alpha", "wRatio", "hRatio") if value.get(name)}
    position = {name: _position(options[name]) for name in ("left", "top") if options.get(name) not in (None, "")}
    draft.add("overlay", bucket=bucket, key=key, **numbers, **position)


def _position(value: object) -> str:
    """Pixels, or ``NNp`` for percent; from the other end if negative."""
    text = str(value)
    whole(text.removesuffix("p"), -_SIDE, _SIDE)
    return text


def _animated(draft: Draft, value: Any) -> None:
    draft.moving = bool(value)


def _to_format(draft: Draft, value: Any) -> None:
    draft.format = output_format(str(value))


def _quality(draft: Draft, value: Any) -> None:
    draft.quality = within(value, 1, 100)


def _encoding(name: str) -> Callable[[Draft, Any], None]:
    """Of a path, a format's quality holds for whatever format the image gets."""

    def encoding(draft: Draft, value: Any) -> None:
        quality = value.get("quality") if isinstance(value, Mapping) else None
        if draft.by_path:
            draft.quality = None if quality is None else finite(quality)
            return
        draft.preferred = output_format(name)
        if quality is not None:
            draft.qualities[name] = finite(quality)

    return encoding


EDITS: Mapping[str, Callable[[Draft, Any], None]] = MappingProxyType(
    {
        "resize": resize,
        "extract": _area,
        "crop": _area,
        "trim": _trim,
        "rotate": _rotate,
        "flip": _switch("flip"),
        "flop": _switch("flop"),
        "grayscale": _switch("grayscale"),
        "greyscale": _switch("grayscale"),
        "blur": _blur,
        "sharpen": _sharpen,
        "flatten": _flatten,
        "negate": _step("negate"),
        "normalise": _step("normalise"),
        "normalize": _step("normalise"),
        "tint": _tint,
        "smartCrop": _smart_crop,
        "roundCrop": _round_crop,
        "overlayWith": _overlay,
        "animated": _animated,
        "toFormat": _to_format,
        "quality": _quality,
        **{name: _encoding(name) for name in ("jpeg", "png", "webp", "gif", "avif", "tiff")},
    }
)
