"""The demo's setup collects static files only if they changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from infra.local import demo_setup


@pytest.fixture
def collected(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The commands that were called; the project has one static file, in ``tmp_path / "own"``."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "a.css").write_text("a")
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATICFILES_DIRS = [tmp_path / "own"]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    commands: list[str] = []

    def call_command(name: str, **_options: object) -> None:
        commands.append(name)
        (tmp_path / "static").mkdir(exist_ok=True)

    monkeypatch.setattr(demo_setup, "call_command", call_command)
    return commands


def test_static_files_are_collected_once_until_one_changes(collected: list[str], tmp_path: Path) -> None:
    demo_setup.collect_static()
    demo_setup.collect_static()
    assert collected == ["collectstatic"]
    (tmp_path / "own" / "a.css").write_text("other")
    demo_setup.collect_static()
    assert collected == ["collectstatic"] * 2
