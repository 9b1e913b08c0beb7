"""``check --deploy`` on presets that pages name and nobody has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks

from assets.models import Preset

pytestmark = pytest.mark.django_db


def complaints() -> list[str]:
    return [str(each.msg) for each in run_checks(include_deployment_checks=True) if each.id == "imagehub.W020"]


def test_a_preset_that_a_template_names_and_nobody_has(settings: Any, tmp_path: Path) -> None:
    template = tmp_path / "page.html"
    template.write_text('{% load imagehub %}\n<img src="{% img_url photo preset="card" %}" alt="">')
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    assert complaints() == ["There is no preset card, which is used in page.html:2."]
    Preset.objects.create(name="card", width=300, archived=True)
    assert complaints() == [], "an archived preset is there"
