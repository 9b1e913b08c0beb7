"""Which modules are mutated, and which tests must notice."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Suite:
    """``tests`` must fail for each mutant of the modules that match ``pattern``."""

    pattern: str
    tests: tuple[str, ...]


_PURGES = tuple(f"tests/assets/test_purge{part}.py" for part in ("", "_requests", "_failures"))
_LINKS = tuple(f"tests/assets/test_links{part}.py" for part in ("", "_of_rows", "_at_the_edge"))
SUITES = (
    Suite("edge/contract/*.py", ("tests/edge/contract",)),
    Suite("assets/purge.py", _PURGES),
    Suite("assets/links.py", (*_LINKS, "tests/assets/test_jinja.py", "tests/assets/templatetags")),
    Suite("assets/image_options.py", (*_LINKS, "tests/assets/templatetags")),
)


def modules(root: Path) -> dict[str, tuple[str, ...]]:
    """Return the tests of each module, its own test file first, because that fails soonest."""
    found = {}
    for suite in SUITES:
        for path in sorted(root.glob(suite.pattern)):
            own = Path("tests") / path.relative_to(root).with_name(f"test_{path.name}")
            first = (str(own),) if (root / own).exists() else ()
            found[path.relative_to(root).as_posix()] = tuple(dict.fromkeys((*first, *suite.tests)))
    return found
