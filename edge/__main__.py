"""Render image files with the engine of the edge, or show what its policy allows.

python -m edge render photo.jpg small.webp "w=300&h=200"
python -m edge policy
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

#: Options are parsed as a URL's, which needs a key.
_PATH = "/source.jpg"
_SUFFIXES = {".jpg": "jpeg"}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m edge", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("render", help="render one variant of an image file")
    command.add_argument("source", type=Path, metavar="SRC", help="the original")
    command.add_argument(
        "destination",
        type=Path,
        metavar="DST",
        help="the file to write; its extension sets the format unless the query has f",
    )
    command.add_argument("query", nargs="?", default="", help='the parameters of a URL, such as "w=300&h=200&f=webp"')
    command = commands.add_parser(
        "policy", help="show how many variants of one image visitors can request without a signature"
    )
    command.add_argument("--presets", type=int, default=0, metavar="N", help="how many presets there are")
    command.add_argument(
        "--original", type=_size, default=(4032, 3024), metavar="WxH", help="the size of the image in pixels"
    )
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
    """Render ``source`` into ``destination`` by the parameters in ``query``. Raises `EdgeError`.

    Without a format in ``query``, the extension of ``destination`` decides.
    """
    rules = policy.load_policy()
    asked = url.parse_url(_PATH, query, rules)
    if not isinstance(asked.recipe, Recipe):
        raise BadRequest(
            "parameter_invalid", "p is not available here, because presets belong to a site. Give w, h and so on."
        )
    rules.check_limits(asked.recipe)
    format_class = _class_of(destination) if asked.format == "auto" else asked.format
    rendered = render(_read(source), asked.recipe, format_class, policy=rules)
    _write(destination, rendered.body)
    return rendered


def describe(rules: Policy, presets: int, original: tuple[int, int]) -> str:
    """What visitors can request of one image of ``original`` pixels without a signature, and how much that is."""
    if rules.signed == "always":
        return "Every URL needs a signature, so visitors can request nothing that was not signed."
    recipes = rules.unsigned()
    sides = Counter(bool(recipe.width) + bool(recipe.height) for recipe in recipes)
    canvases = [lay_out(original, recipe, rules).canvas for recipe in recipes]
    megapixels = sum(width * height for width, height in canvases) * len(CLASSES) / 1e6
    lines = [
        f"rungs       {' '.join(map(str, rules.ladder))}",
        f"ratios      {' '.join(f'{width}:{height}' for width, height in rules.ratios)}",
        f"full        {sides[0]:6}",
        f"one side    {sides[1]:6}   w or h on a rung",
        f"two sides   {sides[2]:6}   in a listed ratio, the longer side on a rung; fit cover or inside",
        f"presets     {presets:6}",
        f"classes     {len(CLASSES):6}   {' '.join(CLASSES)}",
        f"variants    {rules.count_unsigned(presets):6}   of one image, whatever URLs visitors invent",
        f"megapixels  {megapixels:6.0f}   of an original of {original[0]}x{original[1]}, without presets",
        f"megabytes   {4 * megapixels:6.0f}   uncompressed, at four bytes a pixel: an upper bound for any format",
    ]
    return "\n".join(lines)


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"([1-9][0-9]{0,5})x([1-9][0-9]{0,5})", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a size; write pixels such as 4032x3024")
    return int(match[1]), int(match[2])


def _class_of(destination: Path) -> str:
    suffix = destination.suffix.lower()
    name = _SUFFIXES.get(suffix, suffix.removeprefix("."))
    return name if name in CLASSES else "basic"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise NotFound("source_missing", f"The file {path} does not exist.") from None
    except OSError as error:
        raise NotFound("source_unreadable", f"{path} cannot be read: {error.strerror}.") from error


def _write(path: Path, body: bytes) -> None:
    try:
        write_atomically(path, body, 0o666)
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
