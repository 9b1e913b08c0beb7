"""How the answer to a URL differs from that product's, as far as the URL alone tells."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from edge.sih.requested_image import EditMap, RequestedImage

WITHOUT_EDITS = "Without edits the original is encoded again, at most as large as the policy allows."
FORMAT_OPTIONS = "Of a format's options only the quality counts."
MODERATION = "contentModeration has no effect: what was decided after the upload holds for every URL."
SALIENCE = "A crop by attention or entropy may keep another part of the image."
FACES = "smartCrop crops around the faces found after the upload; where nobody looked, nothing is cropped."
TURNED = "A quarter turn after a size that crops or pads gives the turned size; there it cuts off more."
KERNEL = "Every size is made with Lanczos3, whatever resize.kernel says."


def differences(requested: RequestedImage) -> tuple[str, ...]:
    """Sentences, each once, for a request that can be answered; empty if the answer shows the same image.

    What holds for every URL is not among them: see docs/migrating-from-sih.md.
    """
    if not requested.edits and not requested.output_format:
        return (WITHOUT_EDITS,)
    found = [sentence for name, value in requested.edits.items() for sentence in _of_edit(name, value)]
    return tuple(dict.fromkeys([*found, *_of_turn(requested.edits)]))


def _of_edit(name: str, value: Any) -> Iterator[str]:
    if name in _EDITS and value is not False and value is not None:
        yield from _EDITS[name](value)


def _of_resize(value: Any) -> Iterator[str]:
    if not isinstance(value, Mapping):
        return
    position = str(value.get("position", value.get("gravity", value.get("strategy", "")))).lower()
    if position in ("attention", "entropy", "16", "17"):
        yield SALIENCE
    if value.get("kernel") not in (None, "lanczos3"):
        yield KERNEL


def _of_turn(edits: EditMap) -> Iterator[str]:
    names, size = list(edits), edits.get("resize")
    if "rotate" not in names or not isinstance(size, Mapping) or names.index("rotate") < names.index("resize"):
        return
    turn, fit = edits["rotate"], size.get("fit") or "cover"
    is_quarter = isinstance(turn, int | float) and turn % 180 == 90
    if is_quarter and fit in ("cover", "contain") and size.get("height"):
        yield TURNED


def _of_format(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping) and value.keys() - {"quality"}:
        yield FORMAT_OPTIONS


def _always(sentence: str) -> Callable[[Any], Iterator[str]]:
    return lambda _value: iter((sentence,))


_EDITS: Mapping[str, Callable[[Any], Iterator[str]]] = MappingProxyType(
    {
        "resize": _of_resize,
        "contentModeration": _always(MODERATION),
        "smartCrop": _always(FACES),
        **dict.fromkeys(("jpeg", "png", "webp", "gif", "avif", "tiff"), _of_format),
    }
)
