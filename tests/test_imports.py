"""Strings that name modules run one way, as imports do. import-linter checks the import statements only."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib.util import find_spec

import pytest

from tests.machine import ROOT

#: What each package may name, as in `tool.importlinter` of pyproject.toml.
ALLOWED = {"edge": {"edge"}, "assets": {"assets", "edge"}, "infra": {"infra", "edge"}}
#: What the demo tells the processes that it starts to load, and does not import itself.
STARTED = {"imagehub.settings", "imagehub.wsgi", "imagehub.demo.rekognition"}
_DOTTED = re.compile(r"((?:imagehub|assets|edge|infra)(?:\.\w+)+)(?::\w+)?")


def named_modules(source: str) -> Iterator[str]:
    """The modules of ours that strings in ``source`` name, as in a setting; docstrings only describe them."""
    tree = ast.parse(source)
    described = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in described:
            match = _DOTTED.fullmatch(node.value)
            if match and _is_module(match[1]):
                yield match[1]


def _is_module(path: str) -> bool:
    """Whether ``path``, or what it is an attribute of, is a module."""
    for candidate in (path, path.rpartition(".")[0]):
        try:
            if "." in candidate and find_spec(candidate):
                return True
        except ModuleNotFoundError:
            continue
    return False


def test_a_string_that_names_a_module_is_found() -> None:
    source = '"assets.purge"\nBACKEND = "assets.storage.DirectoryOriginals"\nLABEL = "assets.no_such_module"'
    assert list(named_modules(source)) == ["assets.storage.DirectoryOriginals"]


@pytest.mark.parametrize("package", ALLOWED)
def test_strings_name_no_module_of_a_higher_package(package: str) -> None:
    for path in (ROOT / package).rglob("*.py"):
        for name in set(named_modules(path.read_text())) - STARTED:
            assert name.partition(".")[0] in ALLOWED[package], f"{path.relative_to(ROOT)} names {name}"
