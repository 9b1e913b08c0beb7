"""The structure of the code: no two public classes of one name, no module cycle, a test file for each module."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from infra.reachable_modules import imported_names
from tests.machine import ROOT

PACKAGES = ("edge", "assets", "infra")

#: Django finds a management command by the name of its module; its class is always called this.
CLASSES_OF_ONE_NAME = {"Command"}

#: Modules without a test file of their name, each with the file that tests them and the reason.
TESTED_ELSEWHERE: Mapping[str, str] = {
    # Only declarations: Django's own checks and the wheel's test load it.
    "assets/apps.py": "tests/packaging/test_wheel.py",
    # A setting is tested by the check that complains about it.
    "assets/conf.py": "tests/assets/checks/test_settings.py",
    "assets/probes.py": "tests/assets/test_health.py",
    # A value that the parsers fill.
    "edge/sih/requested_image.py": "tests/edge/sih/test_request_parser.py",
    # Errors without behaviour of their own.
    "edge/storage/errors.py": "tests/edge/storage/objects/test_store.py",
    "infra/cost/errors.py": "tests/infra/cost/test_traffic.py",
}


def modules() -> Iterator[Path]:
    """All modules of `PACKAGES` by their path in the repository, without packages and migrations."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT)


def name_of(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def public_classes(tree: ast.Module) -> Iterator[str]:
    names = (node.name for node in tree.body if isinstance(node, ast.ClassDef))
    return (name for name in names if not name.startswith("_"))


def test_no_two_public_classes_have_one_name() -> None:
    found = defaultdict(list)
    for path in modules():
        for name in public_classes(ast.parse((ROOT / path).read_text())):
            found[name].append(str(path))
    assert {name: paths for name, paths in found.items() if len(paths) > 1 and name not in CLASSES_OF_ONE_NAME} == {}


def import_graph() -> dict[str, set[str]]:
    """What each module imports of ours, inside functions too; not what it imports for type checkers only."""
    paths = {name_of(path): ROOT / path for path in modules()}
    return {name: set(imported_names(name, path)) & paths.keys() - {name} for name, path in paths.items()}


def without_packages(graph: dict[str, set[str]]) -> dict[str, set[str]]:
    """``from package import module`` imports the module; importing the package as well is no dependency on it."""
    return {
        name: {each for each in imported if not any(other.startswith(f"{each}.") for other in imported)}
        for name, imported in graph.items()
    }


def cycle_in(graph: dict[str, set[str]]) -> list[str]:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        cycle: list[str] = error.args[1]
        return cycle
    return []


def test_a_cycle_is_found() -> None:
    assert cycle_in({"a": {"b"}, "b": {"c"}, "c": set()}) == []
    assert set(cycle_in({"a": {"b"}, "b": {"c"}, "c": {"a"}})) == {"a", "b", "c"}


def test_there_is_no_module_cycle() -> None:
    assert cycle_in(without_packages(import_graph())) == []


def has_test_file(path: Path) -> bool:
    names = (f"test_{path.stem}.py", f"test_{path.stem.strip('_')}.py")  # test_main.py for __main__.py
    return any((ROOT / "tests" / path.parent / name).exists() for name in names)


def has_code(path: Path) -> bool:
    """Whether a module defines anything: a package's ``__init__`` often has a docstring and names only."""
    definitions = (ast.FunctionDef, ast.ClassDef)
    return any(isinstance(node, definitions) for node in ast.parse((ROOT / path).read_text()).body)


def untested() -> set[str]:
    return {str(path) for path in modules() if has_code(path) and not has_test_file(path)}


def test_every_module_has_a_test_file_of_its_name() -> None:
    assert untested() - TESTED_ELSEWHERE.keys() == set()


def test_no_exception_is_superfluous() -> None:
    assert TESTED_ELSEWHERE.keys() - untested() == set()


@pytest.mark.parametrize("place", sorted(set(TESTED_ELSEWHERE.values())))
def test_the_place_where_a_module_is_tested_exists(place: str) -> None:
    assert (ROOT / place).exists()
