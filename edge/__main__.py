"""``python -m edge render SRC DST "w=300&h=200&f=webp"``: the engine on files, for people and scripts.

``python -m edge policy`` says how many variants of a picture anybody can have made.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from edge.contract import policy, url
from edge.contract.errors import BadRequest, EdgeError, InternalError, NotFound
from edge.contract.policy import Policy
from edge.contract.recipe import Recipe
from edge.contract.variant_key import CLASSES
from edge.image import Rendered, render
from edge.image.geometry import lay_out
from edge.storage.atomic_write import write_atomically

#: The grammar is that of a URL, so there must be a key.
_STAND_IN = "/source.jpg"
_SUFFIXES = {".jpg": "jpeg"}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m edge", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("render", help="make one variant of one file")
    command.add_argument("source", type=Path, metavar="SRC")
    command.add_argument("destination", type=Path, metavar="DST")
    command.add_argument("query", nargs="?", default="", help='such as "w=300&h=200&f=webp"')
    command = commands.add_parser("policy", help="say how many variants of one picture need no signature")
    command.add_argument("--presets", type=int, default=0, metavar="N", help="how many presets editors keep")
    command.add_argument("--original", type=_size, default=(4032, 3024), metavar="WxH", help="of which size it is")
    options = parser.parse_args(arguments)
    if options.command == "policy":
        print(describe(policy.load_policy(), options.presets, options.original))
        return 0
    try:
        print(json.dumps(_report(render_file(options.source, options.destination, options.query))))
    except EdgeError as error:
        print(json.dumps(error.as_dict()))
        return 1
    return 0


def render_file(source: Path, destination: Path, query: str) -> Rendered:
    """Makes ``destination`` from ``source`` as ``query`` says. Without a format there, its extension decides."""
    rules = policy.load_policy()
    asked = url.parse_url(_STAND_IN, query, rules)
    if not isinstance(asked.recipe, Recipe):
        raise BadRequest("parameter_invalid", "p is not known here: presets belong to a site. Give w, h and the rest.")
    rules.check_limits(asked.recipe)
    format_class = _class_of(destination) if asked.format == "auto" else asked.format
    rendered = render(_read(source), asked.recipe, format_class, policy=rules)
    _write(destination, rendered.body)
    return rendered


def describe(rules: Policy, presets: int, original: tuple[int, int]) -> str:
    """What anybody may have of one picture that is ``original`` pixels big, and how much that is at most."""
    if rules.signed == "always":
        return "Every URL needs a signature: nobody can have a variant made that was not signed."
    recipes = rules.unsigned()
    sides = Counter(bool(recipe.width) + bool(recipe.height) for recipe in recipes)
    canvases = [lay_out(original, recipe, rules).canvas for recipe in recipes]
    megapixels = sum(width * height for width, height in canvases) * len(CLASSES) / 1e6
    lines = [
        f"rungs       {' '.join(map(str, rules.ladder))}",
        f"ratios      {' '.join(f'{width}:{height}' for width, height in rules.ratios)}",
        f"full        {sides[0]:6}",
        f"one side    {sides[1]:6}   w or h on a rung",
        f"two sides   {sides[2]:6}   in a ratio, the longer on a rung; cover, inside",
        f"presets     {presets:6}",
        f"classes     {len(CLASSES):6}   {' '.join(CLASSES)}",
        f"variants    {rules.count_unsigned(presets):6}   of one picture, whatever URLs are made up",
        f"megapixels  {megapixels:6.0f}   of an original of {original[0]}x{original[1]}, presets apart",
        f"megabytes   {4 * megapixels:6.0f}   uncompressed, four bytes a pixel: more than any format takes",
    ]
    return "\n".join(lines)


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"([1-9][0-9]{0,5})x([1-9][0-9]{0,5})", text)
    if match is None:
        raise argparse.ArgumentTypeError("give it as 4032x3024, in pixels")
    return int(match[1]), int(match[2])


def _class_of(destination: Path) -> str:
    suffix = destination.suffix.lower()
    name = _SUFFIXES.get(suffix, suffix.removeprefix("."))
    return name if name in CLASSES else "basic"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise NotFound("source_missing", f"There is no file {path}.") from None
    except OSError as error:
        raise NotFound("source_unreadable", f"{path} cannot be read: {error.strerror}.") from error


def _write(path: Path, body: bytes) -> None:
    try:
        write_atomically(path, body)
    except OSError as error:
        raise InternalError("destination_unwritable", f"{path} cannot be written: {error.strerror}.") from error


def _report(rendered: Rendered) -> dict[str, object]:
    return {
        "width": rendered.width,
        "height": rendered.height,
        "format": rendered.format,
        "bytes": len(rendered.body),
        "ms": {step: round(ms, 1) for step, ms in rendered.ms.items()},
    }


if __name__ == "__main__":
    sys.exit(main())
