"""What a module imports, itself or through others, read from the source: so that a package holds that and no more."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path


def reached(module: str, folders: Sequence[Path]) -> dict[str, Path]:
    """The modules in ``folders`` that some import statement below ``module`` can run, and their files.

    Those inside of functions too, since they run later; not those for type checkers, which never do.
    """
    found: dict[str, Path] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        for part in _with_its_packages(name):
            path = None if part in found else _find(part, folders)
            if path:
                found[part] = path
                waiting += imports(part, path)
    return found


def imports(module: str, path: Path) -> Iterator[str]:
    """The names in the import statements of a module's file: modules, and what may be a module in a package."""
    if path.suffix == ".py":
        package = module if path.name == "__init__.py" else module.rpartition(".")[0]
        yield from _named(ast.parse(path.read_bytes()), package)


def strangers(modules: Mapping[str, Path], of: str) -> set[str]:
    """What the package ``of`` imports that is neither in ``modules`` nor in the standard library."""
    own = {name: path for name, path in modules.items() if name.partition(".")[0] == of}
    tops = {name.partition(".")[0] for module, path in own.items() for name in imports(module, path)}
    return tops - modules.keys() - sys.stdlib_module_names


def _with_its_packages(module: str) -> Iterator[str]:
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


def _named(node: ast.AST, package: str) -> Iterator[str]:
    match node:
        case ast.Import(names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(module, names, level):
            base = _absolute(module or "", level or 0, package)
            yield from (base, *(f"{base}.{alias.name}" for alias in names))
        case ast.If(test, _, otherwise) if "TYPE_CHECKING" in ast.unparse(test):
            for statement in otherwise:
                yield from _named(statement, package)
        case _:
            for child in ast.iter_child_nodes(node):
                yield from _named(child, package)


def _absolute(module: str, level: int, package: str) -> str:
    parts = package.split(".")
    above = parts[: len(parts) - level + 1] if level else []
    return ".".join([*above, *([module] if module else [])])
