"""thumbor's advisory CVE-2026-53504: patterns with nested repetition take exponential time. Here none has it."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from re import _parser  # type: ignore[attr-defined]  # private, and the only parser of patterns there is
from typing import Any

import pytest

import edge
from edge.contract.errors import SourceRefused
from edge.image.decode import detection
from edge.image.decode.registry import SIGNATURE_BYTES

SOURCES = {source: ast.parse(source.read_text()) for source in Path(edge.__path__[0]).rglob("*.py")}
#: A prefix that a pattern may expect, one character repeated, then one that does not match.
REPETITIVE = [
    f"{start}{character * 8192}{end}"
    for start in ("", "1.", "k1.", "<Code>", "config/fallback/", "p.")
    for character in "a0%.-_/~ é\xff"
    for end in ("", "!", "\n")
]


def test_cve_2026_53504_no_pattern_takes_more_than_linear_time() -> None:
    """A match with one unbounded repetition takes linear time. A search repeats it at each position, so it has none."""
    patterns, searched = _patterns(), {name for tree in SOURCES.values() for name in _searched(tree)}
    assert len(patterns) >= sum(source.read_text().count("re.compile(") for source in SOURCES) > 20
    assert {"_BROKEN_ESCAPE", "_CODE"} <= searched
    for place, pattern in patterns.items():
        search = place.rpartition(":")[2] in searched
        assert _unbounded(_parser.parse(pattern.pattern, pattern.flags)) <= (0 if search else 1), place
        for text in REPETITIVE:
            (pattern.search if search else pattern.fullmatch)(
                text if isinstance(pattern.pattern, str) else text.encode()
            )


def test_cve_2026_53504_all_patterns_are_compiled_at_module_level() -> None:
    used = {source.name for source, tree in SOURCES.items() if _uses_uncompiled(tree)}
    assert used == {"__main__.py", "detection.py"}  # a command for operators, and the next test


@pytest.mark.parametrize(
    "start", [b"", b"<?xml", b"<?xml>", b"<!--", b"<?xml><!-- -->", b"<!DOCTYPE svg", b"\0\0\0\0ftypmif1"]
)
@pytest.mark.parametrize("text", [b" ", b"<!--", b"-->", b"--> ", b">", b"> <", b"a"])
def test_cve_2026_53504_only_the_beginning_of_a_file_is_matched(start: bytes, text: bytes) -> None:
    assert SIGNATURE_BYTES <= 1024
    with pytest.raises(SourceRefused):
        detection.detect(start + text * 2_000_000)
    with pytest.raises(SourceRefused, match="not a supported image"):
        detection.detect(b" " * SIGNATURE_BYTES + b"<html>")
    with pytest.raises(SourceRefused, match="not a supported image"):
        detection.detect(b" " * (64 << 10) + b"<svg>")


def _patterns() -> dict[str, re.Pattern[Any]]:
    """Every pattern of the edge, by its location."""
    names = [module.name for module in pkgutil.walk_packages(edge.__path__, "edge.") if "__main__" not in module.name]
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("IMAGEHUB_STORE", "s3://pictures?region=eu-west-1")  # edge.gateway needs it to be imported
        return {
            f"{name}:{place}": pattern
            for name in names
            for place, pattern in _patterns_in(vars(importlib.import_module(name)))
        }


def _patterns_in(value: object) -> Iterator[tuple[str, re.Pattern[Any]]]:
    match value:
        case re.Pattern():
            yield "", value
        case dict():
            yield from ((f"{key}{place}", found) for key, part in value.items() for place, found in _patterns_in(part))
        case tuple() | list():
            yield from (
                (f"{key}{place}", found) for key, part in enumerate(value) for place, found in _patterns_in(part)
            )


def _unbounded(parsed: Any) -> int:
    """The number of unbounded repetitions in a pattern."""
    if isinstance(parsed, (list, tuple, _parser.SubPattern)):
        own = sum(1 for part in parsed if part is _parser.MAXREPEAT)
        return own + sum(_unbounded(part) for part in parsed)
    return 0


def _calls(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Each call of the form ``name.method(…)``."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)):
                yield name, method


def _searched(tree: ast.Module) -> Iterator[str]:
    """The patterns that are searched for anywhere in a text."""
    return (name for name, method in _calls(tree) if method in ("search", "findall", "finditer", "split", "sub"))


def _uses_uncompiled(tree: ast.Module) -> bool:
    """Whether a module uses a pattern without compiling it."""
    return any(name == "re" and method not in ("compile", "escape") for name, method in _calls(tree))
