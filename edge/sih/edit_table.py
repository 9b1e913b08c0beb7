"""All edits of that product by name: what each says of a translation, which have no effect here, which are refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from edge.sih.colours import parse_colour
from edge.sih.draft import Draft
from edge.sih.errors import SihError
from edge.sih.numbers import finite, whole, within
from edge.sih.overlays import overlay
from edge.sih.pixel_edits import PIXEL_EDITS
from edge.sih.resizing import resize

#: What an image can be written in here.
FORMATS = frozenset({"jpeg", "png", "webp", "gif", "avif"})
#: No metadata is ever kept; and moderation is what was decided at upload, whatever a URL says.
WITHOUT_EFFECT = frozenset({"stripExif", "stripIcc", "contentModeration"})
#: What that product hands to sharp and nothing here can do.
REFUSED = frozenset(
    {
        *("affine", "bandbool", "boolean", "clahe", "ensureAlpha", "extractChannel", "heif", "joinChannel"),
        *("pipelineColorspace", "pipelineColourspace", "recomb", "removeAlpha", "toColorspace", "toColourspace"),
        "unflatten",
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
    """Without an angle, upright. A quarter turn after the size turns its sides too: see `Draft.turned_options`."""
    if value is None or value is True:
        draft.upright = True
        return
    degrees = whole(finite(value) % 360, 0, 360) % 360
    if degrees % 90:
        draft.add("rotate", degrees=degrees)
    else:
        draft.options["rotate"] = degrees
        draft.turns_size = draft.is_resized


def _area(draft: Draft, value: Any) -> None:
    left, top = (whole(value.get(name, 0), -_SIDE, _SIDE) for name in ("left", "top"))
    width, height = (whole(value[name], -_SIDE, _SIDE) for name in ("width", "height"))
    if draft.is_resized or draft.options.get("rotate"):
        draft.add("extract", left=left, top=top, width=width, height=height)
        draft.cuts_turned = not draft.is_resized
    else:
        draft.area = left, top, width, height


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


def _smart_crop(draft: Draft, value: Any) -> None:
    given = value if isinstance(value, Mapping) else {}
    face, padding = given.get("faceIndex"), given.get("padding")
    draft.add("face_crop", face=whole(face or 0, 0, 999), padding=whole(padding or 0, -99_999, 99_999))


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
        "flatten": _flatten,
        "smartCrop": _smart_crop,
        "overlayWith": overlay,
        "animated": _animated,
        "toFormat": _to_format,
        "quality": _quality,
        **PIXEL_EDITS,
        **{name: _encoding(name) for name in ("jpeg", "png", "webp", "gif", "avif", "tiff")},
    }
)
