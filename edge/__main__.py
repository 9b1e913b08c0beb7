"""``python -m edge render SRC DST "w=300&h=200&f=webp"``: the engine on files, for people and scripts."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from edge import policy, request
from edge.errors import BadRequest, EdgeError, Internal, NotFound
from edge.image import Rendered, render
from edge.keys import CLASSES
from edge.recipe import Recipe
from edge.store.whole import write_whole

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
    options = parser.parse_args(arguments)
    try:
        print(json.dumps(_report(render_file(options.source, options.destination, options.query))))
    except EdgeError as error:
        print(json.dumps(error.as_dict()))
        return 1
    return 0


def render_file(source: Path, destination: Path, query: str) -> Rendered:
    """Makes ``destination`` from ``source`` as ``query`` says. Without a format there, its extension decides."""
    rules = policy.load()
    asked = request.parse(_STAND_IN, query, rules)
    if not isinstance(asked.what, Recipe):
        raise BadRequest("parameter_invalid", "p is not known here: presets belong to a site. Give w, h and the rest.")
    rules.check_limits(asked.what)
    format_class = _class_of(destination) if asked.format == "auto" else asked.format
    rendered = render(_read(source), asked.what, format_class, policy=rules)
    _write(destination, rendered.body)
    return rendered


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
        write_whole(path, body)
    except OSError as error:
        raise Internal("destination_unwritable", f"{path} cannot be written: {error.strerror}.") from error


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
