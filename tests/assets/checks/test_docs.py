"""docs/integration.md lists every check."""

from __future__ import annotations

import re
from pathlib import Path

import assets.checks

_ROOT = Path(__file__).parents[3]


def test_every_id_is_in_the_docs_and_no_other() -> None:
    folder = Path(str(assets.checks.__file__)).parent
    used = {
        found for path in folder.glob("*.py") for found in re.findall(r'id="(imagehub\.[EW]\d+)"', path.read_text())
    }
    page = (_ROOT / "docs" / "integration.md").read_text()

    assert used == set(re.findall(r"^\| `(imagehub\.[EW]\d+)` \|", page, re.MULTILINE))
