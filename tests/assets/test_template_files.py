"""The lines of a project's templates that name a preset."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assets.template_files import Place, find_presets

_DJANGO = "django.template.backends.django.DjangoTemplates"


def test_every_engine_and_loader_is_searched(settings: Any, tmp_path: Path) -> None:
    for name in ("django", "wrapped", "jinja"):
        (tmp_path / name / "deep").mkdir(parents=True)
        (tmp_path / name / "deep/page.html").write_text("\n{% img_url photo preset = '" + name + "' %}")
    loader = ("django.template.loaders.filesystem.Loader", [tmp_path / "wrapped"])
    options = {"loaders": [("django.template.loaders.cached.Loader", [loader])]}
    settings.TEMPLATES = [
        {"BACKEND": _DJANGO, "NAME": "one", "DIRS": [tmp_path / "django"]},
        {"BACKEND": _DJANGO, "NAME": "two", "OPTIONS": options},
        {"BACKEND": "django.template.backends.jinja2.Jinja2", "DIRS": [tmp_path / "jinja", tmp_path / "absent"]},
    ]
    assert find_presets() == {name: [Place("deep/page.html", 2)] for name in ("django", "wrapped", "jinja")}


@pytest.mark.parametrize(
    "body", [b"preset='card'", b"\xff{% img_url photo preset=name %}", b"img_url preset='a' " * 60_000]
)
def test_other_files_name_none(settings: Any, tmp_path: Path, body: bytes) -> None:
    (tmp_path / "file").write_bytes(body)
    settings.TEMPLATES = [{"BACKEND": _DJANGO, "DIRS": [tmp_path]}]
    assert find_presets() == {}


def test_settings_that_django_refuses_are_django_s_to_report(settings: Any) -> None:
    settings.TEMPLATES = [{}]
    assert find_presets() == {}
