"""The grammar of queries: ``?width=300&fit=cover`` of version 7, ``?resize.width=300&quality=80`` of version 8.

Their names differ, or mean the same, so both are accepted. They replace the edits of the path, ``resize`` as a whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl

from edge.contract.errors import shortened
from edge.contract.trackers import is_tracker
from edge.sih.colours import parse_colour
from edge.sih.errors import SihError
from edge.sih.numbers import finite, whole, within
from edge.sih.requested_image import EditMap

MAX_QUERY = 4096
#: Version 8 reads no more.
MAX_PARAMETERS = 50
_INTEGER = re.compile(r"[+-]?[0-9]{1,9}")
_FALSE = frozenset({"", "0", "false"})


@dataclass(frozen=True, slots=True)
class SihQuery:
    """``signed`` is what a signature covers beside the path: every parameter with an effect, apart from itself."""

    edits: EditMap
    signature: str | None
    expires: str | None
    signed: str


@dataclass(frozen=True, slots=True)
class QueryParameter:
    """Where a parameter's value goes among the edits, and what it must be, in the words of an error."""

    path: tuple[str, ...]
    read: Callable[[str], Any]
    allowed: str


def _flag(text: str) -> bool:
    return text.lower() not in _FALSE


def _side(text: str) -> int | None:
    return None if text in ("", "0") else _integer(text)


def _degrees(text: str) -> int | None:
    return None if text in ("", "null") else _integer(text)


def _integer(text: str) -> int:
    """As JavaScript's parseInt: what follows the digits is ignored."""
    match = _INTEGER.match(text.lstrip())
    if match is None:
        raise ValueError(text)
    return int(match[0])


def _within(low: float, high: float) -> Callable[[str], float]:
    return lambda text: within(text, low, high)


def _colour(text: str) -> dict[str, str]:
    return {"background": _plain_colour(text)}


def _plain_colour(text: str) -> str:
    return f"#{parse_colour(json.loads(text) if text.startswith('[') else text)}"


def _true_or_number(text: str) -> bool | float:
    return _flag(text) if text in ("true", "false") else finite(text)


def _numbers(text: str) -> list[float]:
    value = json.loads(text)
    if not isinstance(value, list):
        raise ValueError(text)
    return [finite(each) for each in value]


def _corners(text: str) -> dict[str, int]:
    """Version 8 subtracts the corners, although its schema says width and height."""
    left, top, right, bottom = (whole(each, 0, 1_000_000) for each in _numbers(text))
    return {"left": left, "top": top, "width": right - left, "height": bottom - top}


def _kernel(text: str) -> dict[str, Any]:
    kernel = _numbers(text)
    if len(kernel) != 9:
        raise ValueError(text)
    return {"width": 3, "height": 3, "kernel": kernel}


def _watermark(text: str) -> dict[str, Any]:
    """``[url,[top,left,alpha,wRatio,hRatio]]``: the code of version 8 reads them so, its schema says x and y."""
    url, given = json.loads(text)
    names = ("alpha", "wRatio", "hRatio")
    if not isinstance(url, str) or not isinstance(given, list):
        raise ValueError(text)
    position = {name: str(whole(each, -100_000, 100_000)) for name, each in zip(("top", "left"), given, strict=False)}
    numbers = {name: finite(each) for name, each in zip(names, given[2:], strict=False)}
    return {"url": url, **numbers, "options": position}


_SIDES = "a number of pixels, or 0 to leave that side free"
_ON_OFF = "true or false"
_FITS = "cover, contain, fill, inside or outside"


def _fit(text: str) -> str:
    if text not in ("cover", "contain", "fill", "inside", "outside"):
        raise ValueError(text)
    return text


def _format(text: str) -> str:
    name = {"jpg": "jpeg", "tif": "tiff"}.get(text.lower(), text.lower())
    if name not in ("jpeg", "png", "webp", "tiff", "heif", "raw", "gif", "avif"):
        raise ValueError(text)
    return name


PARAMETERS: Mapping[str, QueryParameter] = MappingProxyType(
    {
        "format": QueryParameter(("toFormat",), _format, "jpeg, png, webp, gif or avif"),
        "fit": QueryParameter(("resize", "fit"), _fit, _FITS),
        "width": QueryParameter(("resize", "width"), _side, _SIDES),
        "height": QueryParameter(("resize", "height"), _side, _SIDES),
        "rotate": QueryParameter(("rotate",), _degrees, "degrees clockwise"),
        "flip": QueryParameter(("flip",), _flag, _ON_OFF),
        "flop": QueryParameter(("flop",), _flag, _ON_OFF),
        "grayscale": QueryParameter(("grayscale",), _flag, _ON_OFF),
        "greyscale": QueryParameter(("grayscale",), _flag, _ON_OFF),
        "resize.width": QueryParameter(("resize", "width"), _side, _SIDES),
        "resize.height": QueryParameter(("resize", "height"), _side, _SIDES),
        "resize.fit": QueryParameter(("resize", "fit"), _fit, _FITS),
        "resize.ratio": QueryParameter(("resize", "ratio"), _within(0.0001, 1), "a number up to 1"),
        "resize.withoutEnlargement": QueryParameter(("resize", "withoutEnlargement"), _flag, _ON_OFF),
        "resize.background": QueryParameter(("resize", "background"), _plain_colour, "a colour"),
        "extract": QueryParameter(("extract",), _corners, "[left,top,right,bottom]"),
        "quality": QueryParameter(("quality",), _within(1, 100), "a number from 1 to 100"),
        "blur": QueryParameter(("blur",), _within(0.3, 1000), "a number from 0.3 to 1000"),
        "convolve": QueryParameter(("convolve",), _kernel, "nine numbers"),
        "normalize": QueryParameter(("normalize",), _flag, _ON_OFF),
        "flatten": QueryParameter(("flatten",), _colour, "a colour"),
        "tint": QueryParameter(("tint",), _plain_colour, "a colour"),
        "sharpen": QueryParameter(("sharpen",), _true_or_number, "true or a number"),
        "sharpen.sigma": QueryParameter(("sharpen", "sigma"), finite, "a number"),
        "smartCrop": QueryParameter(("smartCrop",), _flag, _ON_OFF),
        "smartCrop.index": QueryParameter(("smartCrop", "faceIndex"), lambda text: whole(text, 0, 15), "0 to 15"),
        "smartCrop.padding": QueryParameter(("smartCrop", "padding"), _integer, "a number of pixels"),
        "stripExif": QueryParameter(("stripExif",), _flag, _ON_OFF),
        "stripIcc": QueryParameter(("stripIcc",), _flag, _ON_OFF),
        "watermark": QueryParameter(("overlayWith",), _watermark, "[url,[top,left,alpha,wRatio,hRatio]]"),
        "animated": QueryParameter(("animated",), _flag, _ON_OFF),
    }
)
_OTHERS = frozenset({"signature", "expires"})


def parse_query(query: str, *, strict: bool) -> SihQuery:
    """The meaning of ``query``, percent-encoded as received. Of a repeated parameter the last counts.

    Raises `SihError`, only if ``strict`` for an unknown parameter or a value that is not allowed.
    """
    given = _pairs(query)
    known = {name: text for name, text in given.items() if name in PARAMETERS or name in _OTHERS}
    unknown = next((name for name in given if name not in known and not is_tracker(name)), None)
    if strict and unknown is not None:
        raise SihError(400, "QueryParameterParsingError", f"{shortened(unknown)} is not a parameter.")
    covered = sorted(f"{name},{text}" for name, text in known.items() if name != "signature")
    signed = "&".join(each.replace(",", "=", 1) for each in covered)
    return SihQuery(_edits(known, strict=strict), known.get("signature"), known.get("expires"), signed)


def _pairs(query: str) -> dict[str, str]:
    if len(query) > MAX_QUERY:
        raise SihError(400, "QueryParameterParsingError", f"The query has more than {MAX_QUERY} characters.")
    try:
        return dict(parse_qsl(query, keep_blank_values=True, max_num_fields=MAX_PARAMETERS))
    except ValueError:
        message = f"The query has more than {MAX_PARAMETERS} parameters."
        raise SihError(400, "QueryParameterParsingError", message) from None


def _edits(given: Mapping[str, str], *, strict: bool) -> dict[str, Any]:
    edits: dict[str, Any] = {}
    for name, text in given.items():
        if name in _OTHERS:
            continue
        parameter = PARAMETERS[name]
        try:
            value = parameter.read(text)
        except (ValueError, TypeError, RecursionError):
            if strict:
                raise SihError.query(name, text, parameter.allowed) from None
            continue
        _put(edits, parameter.path, value)
    return edits


def _put(edits: dict[str, Any], path: tuple[str, ...], value: object) -> None:
    target = edits
    for name in path[:-1]:
        inner = target.get(name)
        target[name] = target = dict(inner) if isinstance(inner, dict) else {}
    target[path[-1]] = value
