"""The project's templates, searched for the presets that their tags name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.template import engines

#: ``preset="card"``, in a tag of Django or Jinja2, or in a call. A name in a variable is seen when a page asks for it.
_PRESET = re.compile(rb"""\bpreset\s*=\s*["']([a-z0-9-]{1,50})["']""")
_MAX_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a template, by the name that the template has for its engine."""

    template: str
    line: int

    def __str__(self) -> str:
        return f"{self.template}:{self.line}"


def find_presets() -> dict[str, list[Place]]:
    """The lines of templates that name a preset, by its name."""
    found: dict[str, list[Place]] = {}
    for folder in sorted(set(_folders())):
        for path in sorted(folder.rglob("*")):
            for name, line in _presets_in(path):
                found.setdefault(name, []).append(Place(path.relative_to(folder).as_posix(), line))
    return found


def _presets_in(path: Path) -> Iterator[tuple[str, int]]:
    try:
        if not path.is_file() or path.stat().st_size > _MAX_BYTES:
            return
        text = path.read_bytes()
    except OSError:  # a file that the engine could not read either
        return
    if b"img_url" in text:
        for match in _PRESET.finditer(text):
            yield match[1].decode(), text.count(b"\n", 0, match.start()) + 1


def _folders() -> Iterator[Path]:
    """The folders that the engines of ``TEMPLATES`` load from."""
    try:
        found = engines.all()
    except ImproperlyConfigured:
        return  # Django's own error
    for engine in found:
        yield from map(Path, engine.template_dirs)
        yield from map(Path, _loaded_from(getattr(engine, "engine", None)))


def _loaded_from(engine: Any) -> Iterator[str]:
    """The folders of loaders that ``OPTIONS`` names, also of those that others wrap."""
    loaders = list(engine.template_loaders) if engine else []
    for loader in loaders:
        loaders += getattr(loader, "loaders", [])
        yield from map(str, loader.get_dirs() if hasattr(loader, "get_dirs") else [])
