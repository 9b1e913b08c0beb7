"""The checks of the project's own settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.checks import CheckMessage, run_checks


def _about_data(settings: Any, folder: Path) -> list[CheckMessage]:
    settings.DATA_DIR = folder
    return [message for message in run_checks() if message.id == "demo.W002"]


@pytest.mark.parametrize("mode", [0o755, 0o750, 0o701])
def test_a_data_directory_that_others_can_enter_is_reported_and_left_as_it_is(
    mode: int, settings: Any, tmp_path: Path
) -> None:
    tmp_path.chmod(mode)
    [message] = _about_data(settings, tmp_path)
    assert message.hint == f"Its mode is {mode:04o}. Run: chmod -R go= {tmp_path}"
    assert tmp_path.stat().st_mode & 0o777 == mode


def test_a_private_data_directory_is_good(settings: Any, tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    assert _about_data(settings, tmp_path) == []
