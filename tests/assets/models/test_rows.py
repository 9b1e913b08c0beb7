"""Rows read from the primary database, and under a lock. `tests/assets/project_settings` has a replica that lags."""

from __future__ import annotations

import pytest
from django.db import transaction

from assets.models import Preset
from assets.models.rows import has_value, locked, primary

pytestmark = pytest.mark.django_db


def test_a_locked_row_is_what_the_database_has() -> None:
    preset = Preset.objects.create(name="card", width=300)
    Preset._base_manager.update(width=400)
    with transaction.atomic():
        row = locked(preset, "default")
    assert row is not None
    assert (row.width, preset.width) == (400, 300)


def test_what_is_not_saved_has_no_row() -> None:
    with transaction.atomic():
        assert locked(Preset(name="card"), "default") is None
        assert locked(Preset(pk=4711, name="card"), "default") is None


def test_primary_rows_are_those_of_the_database_that_is_written_to() -> None:
    Preset.objects.create(name="card")
    assert primary(Preset).db == "default"
    assert primary(Preset, "other").db == "other"
    assert [preset.name for preset in primary(Preset)] == ["card"]


def test_a_value_is_found_as_it_is_written() -> None:
    Preset.objects.create(name="card")
    assert has_value(primary(Preset), "name", "card")
    assert not has_value(primary(Preset), "name", "Card")
