"""The requirements files say why each package is there and who maintains it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-demo.txt", "requirements-dev.txt"])
def test_each_requirement_says_what_for_and_who_maintains_it(name: str) -> None:
    lines = (ROOT / name).read_text().splitlines()
    pinned = [index for index, line in enumerate(lines) if "==" in line]
    assert pinned
    for index in pinned:
        comment = re.search(r"((?:^# .*\n)+)\Z", "".join(f"{line}\n" for line in lines[:index]), re.MULTILINE)
        assert comment, f"{lines[index]} has no comment"
        assert re.search(r"\bmaintained\s(?:# )?by\b", comment[1].replace("\n# ", " ")), lines[index]
