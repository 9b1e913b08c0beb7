"""The filters of Thumbor-style paths, as edits: ``filters:blur(4):rotate(90)``.

Filters are sorted by their spelling before they are applied, so that one which sets a format precedes one which sets a
quality. Of two with one name the later counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from edge.sih.colours import parse_colour
from edge.sih.errors import SihError
from edge.sih.numbers import finite
from edge.sih.requested_image import MAX_EDITS

#: Arguments end at the first ")", as in that product; so the name of a watermark has none.
_GROUP = re.compile(r"filters((?::[A-Za-z_]{1,32}\([^)]{0,1024}\)){1,64})")
_FILTER = re.compile(r":([A-Za-z_]{1,32})\(([^)]{0,1024})\)")
_UNREADABLE = re.compile(r"filters:[^/]{0,8192}")
_NO_NAME = re.compile("[^0-9a-z]")
#: The formats that a filter accepts; other names are ignored there.
_FORMATS = frozenset({"heic", "heif", "jpeg", "png", "raw", "tiff", "webp", "gif", "avif"})
_QUALITY_FORMATS: Mapping[str, str] = MappingProxyType(
    {"jpg": "jpeg", "jpeg": "jpeg", "tif": "tiff", "tiff": "tiff"}
    | {name: name for name in ("png", "webp", "heif", "gif", "avif")}
)
_POSITION = re.compile(r"-?[0-9]{1,5}(?:\.[0-9]{1,5})?|-?(?:100|[1-9]?[0-9])p")

Edits = dict[str, Any]


def without_filters(path: str) -> str:
    """``path`` without its filters, also those that cannot be read."""
    return _UNREADABLE.sub("", _GROUP.sub("", path))


def apply_filters(path: str, edits: Edits, extension: str, *, strict: bool) -> Edits:
    """``edits`` and those of all filters in ``path``. Raises `SihError`, if ``strict`` also for an unknown filter."""
    found = sorted(each.group() for group in _GROUP.finditer(path) for each in _FILTER.finditer(group[1]))
    if len(found) > MAX_EDITS:
        raise SihError.not_parsed(f"There are {len(found)} filters; at most {MAX_EDITS} are allowed.")
    edits = dict(edits)
    for spelled in found:
        name, text = spelled[1:-1].split("(", 1)
        if name not in FILTERS:
            if strict:
                raise SihError.unsupported("filter", name)
            continue
        try:
            FILTERS[name](edits, text, extension)
        except (ValueError, IndexError):
            raise SihError.not_parsed(f"The filter {name}({text[:40]}) has invalid arguments.") from None
    return edits


def _resize(edits: Edits) -> Edits:
    edits["resize"] = dict(edits.get("resize") or {})
    return edits["resize"]  # type: ignore[no-any-return]


def _autojpg(edits: Edits, _text: str, _extension: str) -> None:
    edits["toFormat"] = "jpeg"


def _background(edits: Edits, text: str, _extension: str) -> None:
    edits["flatten"] = {"background": f"#{parse_colour(text)}"}


def _blur(edits: Edits, text: str, _extension: str) -> None:
    radius, _, sigma = text.partition(",")
    edits["blur"] = finite(sigma) if sigma.strip() else finite(radius) / 2


def _convolution(edits: Edits, text: str, _extension: str) -> None:
    values = text.split(",")
    kernel = [finite(each) for each in values[0].split(";")]
    width = int(finite(values[1]))
    if width < 1:
        raise ValueError(text)
    edits["convolve"] = {"width": width, "height": -(-len(kernel) // width), "kernel": kernel}


def _equalize(edits: Edits, _text: str, _extension: str) -> None:
    edits["normalize"] = True


def _fill(edits: Edits, text: str, _extension: str) -> None:
    _resize(edits).update(fit="contain", background=f"#{parse_colour(text)}")


def _format(edits: Edits, text: str, _extension: str) -> None:
    name = _NO_NAME.sub("", text.lower())
    name = {"jpg": "jpeg", "tif": "tiff"}.get(name, name)
    if name in _FORMATS:
        edits["toFormat"] = name


def _grayscale(edits: Edits, _text: str, _extension: str) -> None:
    edits["grayscale"] = True


def _no_upscale(edits: Edits, _text: str, _extension: str) -> None:
    _resize(edits)["withoutEnlargement"] = True


def _proportion(edits: Edits, text: str, _extension: str) -> None:
    ratio, resize = finite(text), _resize(edits)
    if resize.get("width") and resize.get("height"):
        resize.update(width=resize["width"] * ratio, height=resize["height"] * ratio)
    else:
        resize["ratio"] = ratio


def _quality(edits: Edits, text: str, extension: str) -> None:
    name = _QUALITY_FORMATS.get(extension) or _QUALITY_FORMATS.get(edits.get("toFormat", ""))
    if name:
        edits[name] = {"quality": finite(text)}


def _rgb(edits: Edits, text: str, _extension: str) -> None:
    red, green, blue = (255 * finite(each) / 100 for each in text.split(","))
    edits["tint"] = {"r": red, "g": green, "b": blue}


def _rotate(edits: Edits, text: str, _extension: str) -> None:
    edits["rotate"] = finite(text) if text.strip() else None


def _sharpen(edits: Edits, text: str, _extension: str) -> None:
    edits["sharpen"] = 1 + finite(text.split(",")[1]) / 2


def _stretch(edits: Edits, _text: str, _extension: str) -> None:
    resize = _resize(edits)
    if resize.get("fit") != "inside":
        resize["fit"] = "fill"


def _strip(edits: Edits, _text: str, _extension: str) -> None:
    edits["rotate"] = None


def _upscale(edits: Edits, _text: str, _extension: str) -> None:
    _resize(edits)["fit"] = "inside"


def _watermark(edits: Edits, text: str, _extension: str) -> None:
    given = ["".join(each.split()) for each in text.split(",")]
    bucket, key, left, top, alpha, width, height = (given + [""] * 7)[:7]
    numbers = {"alpha": alpha, "wRatio": width, "hRatio": height}
    position = {"left": left, "top": top}
    edits["overlayWith"] = {
        "bucket": bucket,
        "key": key,
        **{name: finite(each) for name, each in numbers.items() if each},
        "options": {name: each for name, each in position.items() if _POSITION.fullmatch(each)},
    }


def _animated(edits: Edits, text: str, _extension: str) -> None:
    edits["animated"] = text.strip().lower() != "false"


def _smart_crop(edits: Edits, text: str, _extension: str) -> None:
    given = dict(zip(("faceIndex", "padding"), text.split(","), strict=False))
    edits["smartCrop"] = {name: int(finite(each)) for name, each in given.items() if each.strip()}


FILTERS: Mapping[str, Callable[[Edits, str, str], None]] = MappingProxyType(
    {
        "animated": _animated,
        "autojpg": _autojpg,
        "background_color": _background,
        "blur": _blur,
        "convolution": _convolution,
        "equalize": _equalize,
        "fill": _fill,
        "format": _format,
        "grayscale": _grayscale,
        "no_upscale": _no_upscale,
        "proportion": _proportion,
        "quality": _quality,
        "rgb": _rgb,
        "rotate": _rotate,
        "sharpen": _sharpen,
        "smart_crop": _smart_crop,
        "stretch": _stretch,
        "strip_exif": _strip,
        "strip_icc": _strip,
        "upscale": _upscale,
        "watermark": _watermark,
    }
)
