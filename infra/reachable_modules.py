"""Which modules a module imports, directly or through others, read from the source without running it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path


def reachable(module: str, folders: Sequence[Path]) -> dict[str, Path]:
    """Return the files of the modules in ``folders`` that some import statement in or below ``module`` can run.

    Imports inside functions count, since they run later. Imports under ``TYPE_CHECKING`` do not: they never run.
    """
    found: dict[str, Path] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        # Importing a.b.c runs a and a.b first: https://docs.python.org/3/reference/import.html#regular-packages
        for part in _with_parent_packages(name):
            path = None if part in found else _find(part, folders)
            if path:
                found[part] = path
                waiting += imported_names(part, path)
    return found


def imported_names(module: str, path: Path) -> Iterator[str]:
    """Yield the absolute names in a module's import statements: modules, and names that may be modules."""
    if path.suffix == ".py":
        # A package resolves relative imports against itself, a module against its parent:
        # https://docs.python.org/3/reference/import.html#package-relative-imports
        package = module if path.name == "__init__.py" else module.rpartition(".")[0]
        yield from _names_in(ast.parse(path.read_bytes()), package)


def missing_imports(modules: Mapping[str, Path], package: str) -> set[str]:
    """Return what ``package`` imports that is neither in ``modules`` nor in the standard library."""
    own = {name: path for name, path in modules.items() if name.partition(".")[0] == package}
    tops = {name.partition(".")[0] for module, path in own.items() for name in imported_names(module, path)}
    return tops - modules.keys() - sys.stdlib_module_names


def _with_parent_packages(module: str) -> Iterator[str]:
    parts = module.split(".")
    yield from (".".join(parts[:length]) for length in range(1, len(parts) + 1))


def _find(module: str, folders: Sequence[Path]) -> Path | None:
    for folder in folders:
        stem = folder.joinpath(*module.split("."))
        candidates = [stem / "__init__.py", stem.with_suffix(".py"), *sorted(stem.parent.glob(f"{stem.name}.*.so"))]
        for path in candidates:
            if path.is_file():
                return path
    return None


def _names_in(node: ast.AST, package: str) -> Iterator[str]:
    match node:
        case ast.Import(names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(module, names, level):
            base = _absolute(module or "", level or 0, package)
            yield from (base, *(f"{base}.{alias.name}" for alias in names))
        case ast.If(test, _, otherwise) if "TYPE_CHECKING" in ast.unparse(test):
            for statement in otherwise:
                yield from _names_in(statement, package)
        case _:
            for child in ast.iter_child_nodes(node):
                yield from _names_in(child, package)


def _absolute(module: str, level: int, package: str) -> str:
    parts = package.split(".")
    above = parts[: len(parts) - level + 1] if level else []
    return ".".join([*above, *([module] if module else [])])
